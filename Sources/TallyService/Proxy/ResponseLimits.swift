/// What a response says of when to try again, in its headers.
struct ResponseLimits {
    /// How long to wait before the next attempt, in milliseconds.
    private(set) var retryAfterMs: Int?
    /// How many calls the limit still allows.
    private(set) var remaining: Int?
    /// How long until the limit is full again, in milliseconds.
    private(set) var resetMs: Int?

    /// Reads `Retry-After` in seconds and Hugging Face's `RateLimit: "api";r=0;t=55`.
    ///
    /// - Parameter headers: The headers of a response.
    init(_ headers: [(name: String, value: String)]) {
        for (name, value) in headers {
            switch name.utf8.count {
            case 9 where CallHeaders.equal(name, "ratelimit"):
                for part in value.split(separator: ";") {
                    let part = part.trimming { $0 == " " }
                    if part.hasPrefix("r=") { remaining = Self.count(part.dropFirst(2)) }
                    if part.hasPrefix("t=") { resetMs = Self.milliseconds(part.dropFirst(2)) }
                }
            case 11 where CallHeaders.equal(name, "retry-after"):
                retryAfterMs = Self.milliseconds(value[...].trimming { $0 == " " })
            default: break
            }
        }
    }

    private static func count(_ text: Substring) -> Int? {
        guard let count = Int(text), count >= 0, count <= 1_000_000_000_000_000 else { return nil }
        return count
    }

    /// Seconds, whole or with a fraction, as milliseconds.
    private static func milliseconds(_ text: Substring) -> Int? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let seconds = Int(first), seconds >= 0, seconds <= 1_000_000 else { return nil }
        guard parts.count == 2 else { return seconds * 1000 }
        let digits = parts[1].prefix(3)
        guard !digits.isEmpty, let fraction = Int(digits), fraction >= 0 else { return nil }
        let scale = [100, 10, 1][digits.count - 1]
        return seconds * 1000 + fraction * scale
    }
}
