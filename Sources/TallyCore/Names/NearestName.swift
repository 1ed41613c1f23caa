/// The known name nearest to a misspelt one.
package enum NearestName {
    /// Names are compared by no more than this many bytes, which bounds the work for any input.
    static let comparedBytes = 64

    /// What to say to someone who wrote an unknown name.
    ///
    /// - Parameters:
    ///   - name: The name as written.
    ///   - known: The names there are.
    /// - Returns: The mend of an error.
    package static func mend(for name: String, among known: [String]) -> String {
        guard let nearest = nearest(to: name, among: known) else { return "remove it" }
        if isNear(nearest.distance, to: name) { return "did you mean '\(nearest.name)'?" }
        return "the nearest known one is '\(nearest.name)', of \(known.joined(separator: ", "))"
    }

    /// The known name with the fewest edits to the one written; the first of several, `nil` when none is known.
    ///
    /// Where nothing is near, one of which the written name is a word comes first: `base_url` for `url`.
    static func nearest(to name: String, among known: [String]) -> (name: String, distance: Int)? {
        let name = name.lowercased()
        let candidates = known.map { ($0, distance(name, $0.lowercased())) }
        guard let nearest = candidates.min(by: { $0.1 < $1.1 }) else { return nil }
        if isNear(nearest.1, to: name) { return nearest }
        return candidates.first { $0.0.split(separator: "_").contains { $0 == name } } ?? nearest
    }

    /// Whether so few edits are a slip of the pen.
    private static func isNear(_ distance: Int, to name: String) -> Bool {
        distance <= max(2, name.utf8.count / 3)
    }

    /// How many insertions, deletions, replacements and swaps of neighbours make one text the other.
    ///
    /// The recurrence is that of optimal string alignment (R. Lowrance, R. A. Wagner, "An Extension of the
    /// String-to-String Correction Problem", 1975, restricted to one edit of each part).
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8.prefix(comparedBytes))
        let right = Array(right.utf8.prefix(comparedBytes))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
