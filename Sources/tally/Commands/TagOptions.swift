internal import ArgumentParser

/// The values of `--tag`.
enum TagOptions {
    /// The tags that `key=value` texts make; `nil` when there are none.
    static func tags(_ texts: [String]) throws -> [String: String]? {
        if texts.isEmpty { return nil }
        var tags: [String: String] = [:]
        for text in texts {
            let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, !sides[0].isEmpty else {
                throw ValidationError("--tag: \"\(text)\" has no value; write key=value")
            }
            tags[String(sides[0])] = String(sides[1])
        }
        return tags
    }
}
