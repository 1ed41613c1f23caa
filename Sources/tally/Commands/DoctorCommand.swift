internal import ArgumentParser
internal import FastJSON
internal import Foundation
internal import TallyConfig
internal import TallyCore
internal import TallyService
internal import TallyStore

/// Says what is wrong, and how to mend it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what is configured, reachable, unpriced, unattributed and lagging.",
        discussion: """
            One line each, with the mend; where sources of one call contradict each other, the latest are named. The exit \
            code is 1 when something is broken. The default upstream of the
            proxy, and those whose credential is set, are connected to, without sending the credential; one without
            a credential that cannot be reached is a warning only.
            """)

    @OptionGroup var options: DatabaseOptions

    @Flag(help: "Leave out what needs the network: whether upstreams can be reached.")
    var offline = false

    @Option(help: "How the findings are printed: table, json or csv.")
    var format = OutputFormat.table

    private static let columns = ["state", "check", "detail", "mend"]

    func run() async throws {
        let configuration = try Configuration.load(options)
        let plan = try SourcePlan(configuration)
        let now = SystemClock.now()
        let environment = ProcessInfo.processInfo.environment
        let offline = offline
        let settings = DoctorFinding(
            "configuration", .ok, configuration.path.map { "read from \($0)" } ?? "the built-in one")
        let findings = try await DatabaseSession.with(options, configuration: configuration) { database in
            var checks: [(name: String, check: Doctor.Check)] = [
                ("configuration", { [settings] }),
                ("database", Doctor.database(database)),
                ("usage", Doctor.usage(database, now: now)),
                ("conflicts", Doctor.conflicts(database)),
                ("sources", Doctor.sources(plan, database, environment: environment, now: now)),
            ]
            if !offline {
                let check = Doctor.upstreams(
                    configuration, environment: environment, userAgent: "tally/\(Tally.version)")
                checks.append(("upstreams", check))
            }
            return await Doctor(checks).findings()
        }
        try print(findings)
        if findings.contains(where: { $0.state == .broken }) { throw ExitCode(1) }
    }

    private func print(_ findings: [DoctorFinding]) throws {
        let rows = findings.map { [$0.state.rawValue, $0.check, $0.detail, $0.mend ?? ""] }
        switch format {
        case .table:
            var table = TextTable(Self.columns, numbers: [])
            for row in rows { table.append(row) }
            try StandardOutput.write(table.text)
        case .csv:
            try StandardOutput.write(
                ([Self.columns] + rows).map { $0.map(ReportCSV.field).joined(separator: ",") + "\r\n" }.joined())
        case .json:
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("rows")
            writer.beginArray()
            for finding in findings {
                writer.beginObject()
                writer.member("check", finding.check)
                writer.member("state", finding.state.rawValue)
                writer.member("detail", finding.detail)
                writer.member("mend", finding.mend)
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
            try StandardOutput.write(writer.bytes + [10])
        }
    }
}
