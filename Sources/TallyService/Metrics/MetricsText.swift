/// Metrics in the text format that Prometheus reads (version 0.0.4).
///
/// Names and labels are ours and few; a label's value may be anything.
struct MetricsText {
    /// What a metric is.
    enum Kind: String {
        case counter
        case gauge
    }

    /// The text so far.
    private(set) var text = ""

    /// A metric with its samples; without any nothing is written.
    mutating func add(
        _ name: String, _ kind: Kind, help: String, _ samples: [(labels: [(String, String)], value: Int64)]
    ) {
        if samples.isEmpty { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            text += name
            if !sample.labels.isEmpty {
                text += "{" + sample.labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "}"
            }
            text += " \(sample.value)\n"
        }
    }

    /// A metric of one sample.
    mutating func add(_ name: String, _ kind: Kind, help: String, _ value: Int64) {
        add(name, kind, help: help, [([], value)])
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
