/// In what form a log tells of calls: what `--log-format` names, and what an event's origin says.
package enum RecordForm: Sendable, Hashable {
    /// Tally's own events.
    case tally
    /// Records of `{timestamp, request, response}`, as clients of OpenAI-shaped APIs write them.
    case openai
    /// A table whose columns fill the fields of an event.
    case csv
    /// Objects whose members fill the fields of an event.
    case json
    /// What another tool or a provider writes.
    case other(LogFormat)

    /// All forms, as help and errors list them.
    package static let all: [RecordForm] =
        [.tally, .openai] + LogFormat.allCases.map(RecordForm.other) + [.csv, .json]

    /// The form of a name; `nil` when there is none.
    package init?(name: String) {
        guard let form = Self.all.first(where: { $0.name == name }) else { return nil }
        self = form
    }

    /// Its name.
    package var name: String {
        switch self {
        case .tally: "tally"
        case .openai: "openai"
        case .csv: "csv"
        case .json: "json"
        case .other(let format): format.rawValue
        }
    }

    /// Whether its records are sums of a provider rather than calls.
    package var isStatement: Bool {
        if case .other(let format) = self { format.isStatement } else { false }
    }

    /// Whether a file must be read from its beginning, since records say what others only go on with.
    package var isStateful: Bool {
        if case .other(let format) = self { format.isStateful } else { false }
    }
}
