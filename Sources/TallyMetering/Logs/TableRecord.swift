internal import FastJSON

/// Makes records of the rows of a table, so that each format is read in one place whether it comes as JSON or as CSV.
///
/// A column is a member of its name and a cell is text; an empty cell is null. Objects in cells stay the text of objects,
/// as ``LogSink/withObject(_:_:_:)`` reads them.
struct TableRecord {
    private let header: [String]
    private let parser: JSONParser

    init(header: [String]) throws(JSONError) {
        self.header = header
        parser = try JSONParser()
    }

    /// Lends the record of a row to `body`.
    ///
    /// - Throws: ``RecordFailure`` when the row has more in it than may be read.
    func withRecord(_ cell: (Int) -> String, _ body: (JSONValue) -> Void) throws(RecordFailure) {
        var writer = JSONWriter()
        writer.beginObject()
        for (index, name) in header.enumerated() {
            writer.key(name)
            let text = cell(index)
            if text.isEmpty { writer.null() } else { writer.string(text) }
        }
        writer.endObject()
        do {
            try parser.withDocument(writer.bytes, body)
        } catch {
            throw RecordFailure("the row cannot be read: it has too many columns or bytes")
        }
    }
}
