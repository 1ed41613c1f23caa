/// Columns of text for a terminal: names to the left, numbers to the right.
struct TextTable {
    private let header: [String]
    private let isNumber: [Bool]
    private var rows: [[String]] = []
    private var footer: [[String]] = []

    /// A table; columns named in `numbers` are set to the right.
    init(_ header: [String], numbers: Set<String>) {
        self.header = header
        isNumber = header.map(numbers.contains)
    }

    mutating func append(_ row: [String]) { rows.append(row) }

    mutating func appendFooter(_ row: [String]) { footer.append(row) }

    var text: String {
        let all = [header] + rows + footer
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        func line(_ row: [String]) -> String {
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return isNumber[column] ? padding + cell : cell + padding
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ") + "\n"
        var text = line(header) + rule + rows.map(line).joined()
        if !footer.isEmpty { text += rule + footer.map(line).joined() }
        return text
    }
}
