/// How many of something, in words: `1 price`, `2 prices`.
struct Counted: CustomStringConvertible {
    let description: String

    /// - Parameters:
    ///   - count: How many.
    ///   - noun: One of them; several have an s more.
    init(_ count: some BinaryInteger, _ noun: String) {
        description = "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
