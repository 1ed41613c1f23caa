internal import FastJSON
internal import TallyCore

/// How far one read of an API has come: its checkpoint.
struct WebProgress: Sendable, Equatable {
    /// Up to when all was read; `nil` when nothing was.
    var until: Instant?
    /// The page that comes next within a span that was begun; `nil` between spans.
    var page: WebPage?

    init() {}

    /// Reads a checkpoint; one that says nothing begins anew.
    init(_ checkpoint: SourceCheckpoint, parser: JSONParser) {
        guard let state = checkpoint.state else { return }
        let read = try? parser.withDocument(state) { root -> WebProgress in
            var progress = WebProgress()
            progress.until = root["until"]?.int64.map(Instant.init(microseconds:))
            if let from = root["from"]?.int64, let to = root["to"]?.int64, let number = root["page"]?.int64 {
                progress.page = WebPage(
                    from: Instant(microseconds: from), to: Instant(microseconds: to), cursor: root["cursor"]?.string,
                    number: Int(number))
            }
            return progress
        }
        if let read { self = read }
    }

    /// The checkpoint that says so.
    func checkpoint(item: String) -> SourceCheckpoint {
        var writer = JSONWriter()
        writer.beginObject()
        if let until {
            writer.key("until")
            writer.integer(until.microseconds)
        }
        if let page {
            writer.key("from")
            writer.integer(page.from.microseconds)
            writer.key("to")
            writer.integer(page.to.microseconds)
            writer.key("page")
            writer.integer(page.number)
            if let cursor = page.cursor { writer.member("cursor", cursor) }
        }
        writer.endObject()
        return SourceCheckpoint(
            item: item, position: max(0, until?.microseconds ?? 0), isComplete: page == nil, state: writer.string)
    }
}
