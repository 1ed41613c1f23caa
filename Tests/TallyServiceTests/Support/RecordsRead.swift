import TallyCore
import TallyMetering
import TallyService

/// What a stream told, a text for each record: an event by its identity.
func recordsRead(_ stream: RecordStream, most: Int = .max) throws -> [String] {
    var told: [String] = []
    while told.count < most {
        var event = UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent)
        guard let record = try stream.next(into: &event) else { break }
        switch record.content {
        case .event: told.append("\(record.line) \(event.identity)")
        case .skipped(let reason): told.append("\(record.line) skipped: \(reason.rawValue)")
        case .statement(let statement): told.append("\(record.line) sums: \(statement.lines.count)")
        case .failure(let failure): told.append("\(record.line) failed: \(failure)")
        }
    }
    return told
}
