import Foundation

/// The counts of `tally import --format json`.
struct ImportAnswer: Decodable, Equatable {
    let read: Int
    let stored: Int
    let duplicate: Int
    let reattributed: Int
    let unpriced: Int
    let rejected: Int
    let skipped: Int
    let statements: Int
    let skipped_reasons: [String: Int]
    let failures: [String]

    init(_ json: String) throws { self = try JSONDecoder().decode(ImportAnswer.self, from: Data(json.utf8)) }
}
