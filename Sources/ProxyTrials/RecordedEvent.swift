internal import Foundation

/// What of an exported event a trial looks at.
struct RecordedEvent: Decodable, Sendable, Equatable {
    /// Its identity, which the client was told.
    var eventID: String
    /// The provider's id of the generation.
    var requestID: String?
    var tags: [String: String]
    /// Units by class; `nil` when they are not known.
    var usage: [String: Int]?
    var status: Int?
    var outcome: String
    var stream: Bool?
    var cost: String?

    private enum CodingKeys: String, CodingKey {
        case eventID = "event_id"
        case requestID = "request_id"
        case tags, usage, status, outcome, stream, cost
    }

    /// The number of its call, as the tag says it.
    var call: Int? { tags["call"].flatMap { Int($0) } }

    /// Reads an export, one event a line.
    static func read(export: String) throws -> [RecordedEvent] {
        let decoder = JSONDecoder()
        return try export.utf8.split(separator: UInt8(ascii: "\n")).map {
            try decoder.decode(RecordedEvent.self, from: Data($0))
        }
    }
}
