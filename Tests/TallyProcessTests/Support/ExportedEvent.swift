import Foundation
import Testing

/// A line of `tally export --format jsonl`.
struct ExportedEvent: Decodable, Equatable {
    let event_id: String
    let project: String
    let user: String?
    let tags: [String: String]
    let biller: String?
    let provider: String?
    let model: String?
    let requested_model: String?
    let route: String?
    let upstream: String?
    let usage: [String: Double]?
    let outcome: String
    let stream: Bool?
    let status: Int?
    let request_id: String?
    let error_type: String?
    let duration_ms: Int?
    let ttfb_ms: Int?
    let retry_after_ms: Int?
    let estimated_time_ms: Int?
    let cost: String?
    let price_ids: [String]
    let unpriced_reason: String?

    /// All events of the database.
    static func all(_ workspace: Workspace) throws -> [ExportedEvent] {
        try workspace.tally("export", "--from", "2020-01", "--to", "2100-01").split(separator: "\n").map {
            try JSONDecoder().decode(ExportedEvent.self, from: Data($0.utf8))
        }
    }
}
