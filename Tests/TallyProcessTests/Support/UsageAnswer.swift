import Foundation

/// What of a usage report is compared.
struct UsageAnswer: Decodable, Equatable {
    /// Sums of a row or of the total.
    struct Measures: Decodable, Equatable {
        let project: String?
        let requests: Int
        let unpriced_requests: Int
        let tokens: [String: Int]
        let cost: String?
    }

    let rows: [Measures]
    let totals: Measures

    init(_ json: String) throws { self = try JSONDecoder().decode(UsageAnswer.self, from: Data(json.utf8)) }

    /// The row of a project.
    func row(_ project: String) -> Measures? { rows.first { $0.project == project } }
}
