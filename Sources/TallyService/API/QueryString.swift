internal import Foundation
internal import Hummingbird

/// The parameters of a request's query string, in order, repeated ones included.
enum QueryString {
    /// The most bytes of a query string.
    static let maximumBytes = 16 * 1024

    static func parameters(_ request: Request) throws(QuestionError) -> [(name: String, value: String)] {
        guard let query = request.uri.query, !query.isEmpty else { return [] }
        if query.utf8.count > maximumBytes {
            throw QuestionError("query", "longer than \(maximumBytes) bytes; ask in several questions")
        }
        var parameters: [(name: String, value: String)] = []
        for part in query.split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(sides[0]), let value = sides.count == 2 ? decoded(sides[1]) : "" else {
                throw QuestionError("query", "\"\(part)\" is not percent-encoded UTF-8; encode it anew")
            }
            // PostgreSQL has no text with this character, so nothing can be equal to it.
            if name.contains("\0") || value.contains("\0") {
                throw QuestionError("query", "a value has the character U+0000; take it out")
            }
            parameters.append((name, value))
        }
        return parameters
    }

    /// Undoes percent-encoding, and the plus that forms write for a space.
    private static func decoded(_ text: Substring) -> String? {
        String(text.map { $0 == "+" ? " " : $0 }).removingPercentEncoding
    }
}
