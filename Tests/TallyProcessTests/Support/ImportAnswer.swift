import Foundation

/// The counts of `tally import --format json`.
struct ImportAnswer: Decodable, Equatable {
    let read: Int
    let stored: Int
    let duplicate: Int
    let reattributed: Int
    let unpriced: Int
    let rejected: Int

    init(_ json: String) throws { self = try JSONDecoder().decode(ImportAnswer.self, from: Data(json.utf8)) }
}
