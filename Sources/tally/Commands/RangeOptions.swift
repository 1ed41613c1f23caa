internal import ArgumentParser
internal import TallyCore
internal import TallyService

/// Which calls a question is about.
struct RangeOptions: ParsableArguments {
    @Option(help: "The beginning: a month, a date or a time (default: this month).")
    var from: String?

    @Option(help: "The end, which is left out: a month, a date or a time.")
    var to: String?

    @Option(
        name: .customLong("filter"),
        help: ArgumentHelp(
            "Only these calls, e.g. project=search or tag:team=ranking; repeated values are alternatives.",
            valueName: "dimension=value"))
    var filters: [String] = []

    @Option(help: "The IANA time zone of days, months and bare dates.")
    var timeZone = "UTC"

    /// The options as the parameters of a question.
    func parameters() throws -> [(name: String, value: String)] {
        try Self.parameters(from: from, to: to, filters: filters, timeZone: timeZone)
    }

    /// The values of such options as the parameters of a question.
    static func parameters(
        from: String?, to: String?, filters: [String], timeZone: String
    ) throws -> [(name: String, value: String)] {
        var parameters = [(name: "time_zone", value: timeZone)]
        if let from { parameters.append(("from", from)) }
        if let to { parameters.append(("to", to)) }
        for filter in filters {
            let sides = filter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, ReportDimension(name: String(sides[0])) != nil else {
                throw ValidationError(
                    "--filter: \"\(filter)\" is no filter; "
                        + "write DIMENSION=VALUE with one of \(ReportDimension.nameList)")
            }
            parameters.append((String(sides[0]), String(sides[1])))
        }
        return parameters
    }

    /// Reads the parameters; faults are named by their options.
    static func question(
        _ parameters: [(name: String, value: String)], grouping: Bool = true
    ) throws -> ReportQuestion {
        do {
            return try ReportQuestion(
                parameters, now: SystemClock.now(), grouping: grouping, maximumRows: Int.max, defaultRows: nil)
        } catch {
            let option = error.parameter.split(separator: "_").joined(separator: "-")
            throw ValidationError("--\(option): \(error.reason)")
        }
    }
}
