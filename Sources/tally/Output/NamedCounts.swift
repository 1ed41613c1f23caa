/// What a command has counted, each count with its name, as one row with a header.
struct NamedCounts {
    /// The counts, in the order they are shown.
    let counts: [(name: String, count: Int)]

    init(_ counts: [(String, Int)]) {
        self.counts = counts.map { (name: $0.0, count: $0.1) }
    }

    /// The row as a table.
    var table: String {
        var table = TextTable(counts.map(\.name), numbers: Set(counts.map(\.name)))
        table.append(counts.map { String($0.count) })
        return table.text
    }

    /// The row as CSV.
    var csv: String {
        [counts.map(\.name), counts.map { String($0.count) }]
            .map { $0.joined(separator: ",") + "\r\n" }.joined()
    }
}
