/// A question about usage and spend over a range of time.
public struct ReportQuery: Sendable, Equatable {
    /// The first instant of the range.
    public var from: Instant
    /// The instant the range ends before.
    public var to: Instant
    /// What rows are made by, in order; none gives one row.
    public var groupBy: [ReportDimension]
    /// The slices of time rows are made by, none for the whole range.
    public var interval: ReportInterval?
    /// What to leave out; filters on different dimensions all have to match.
    public var filters: [ReportFilter]
    /// The zone days and months are meant in.
    public var zone: ReportZone
    /// The most rows in one answer; `nil` for all.
    public var limit: Int?
    /// Rows to pass over, in the stable order of the answer.
    public var offset: Int

    /// A question with everything but the range left open.
    public init(from: Instant, to: Instant, zone: ReportZone = .utc) {
        self.from = from
        self.to = to
        groupBy = []
        interval = nil
        filters = []
        self.zone = zone
        limit = nil
        offset = 0
    }
}

/// What usage can be grouped and filtered by.
public enum ReportDimension: Sendable, Hashable {
    case project
    case biller
    case provider
    case model
    case route
    case account
    case user
    case key
    case serviceTier
    case outcome
    /// The value of one tag.
    case tag(String)

    /// The dimensions with a fixed name, in the order of the documentation.
    public static let named: [ReportDimension] = [
        .project, .biller, .provider, .model, .route, .account, .user, .key, .serviceTier, .outcome,
    ]

    /// The name in queries and answers, such as `service_tier` or `tag:team`.
    public var name: String {
        switch self {
        case .project: "project"
        case .biller: "biller"
        case .provider: "provider"
        case .model: "model"
        case .route: "route"
        case .account: "account"
        case .user: "user"
        case .key: "key"
        case .serviceTier: "service_tier"
        case .outcome: "outcome"
        case .tag(let key): "tag:" + key
        }
    }

    /// The dimension of a name, or `nil`.
    public init?(name: String) {
        if name.hasPrefix("tag:"), name.utf8.count > 4 {
            self = .tag(String(name.dropFirst(4)))
        } else if let match = Self.named.first(where: { $0.name == name }) {
            self = match
        } else {
            return nil
        }
    }

    /// The fixed names with the form of a tag, for messages.
    public static var nameList: String { named.map(\.name).joined(separator: ", ") + " or tag:KEY" }
}

/// The slices of time a report can be cut into.
public enum ReportInterval: String, Sendable, CaseIterable {
    case hour
    case day
    case month
}

/// A condition on one dimension: the value is one of these.
public struct ReportFilter: Sendable, Equatable {
    /// What is compared.
    public let dimension: ReportDimension
    /// The values that pass; `nil` is "not known" (for the project: unattributed).
    public let values: [String?]

    /// A condition; repeated values are alternatives.
    public init(dimension: ReportDimension, values: [String?]) {
        self.dimension = dimension
        self.values = values
    }
}
