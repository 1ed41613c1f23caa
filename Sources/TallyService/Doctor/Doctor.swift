internal import TallyConfig
package import TallyCore

/// Looks at what is configured, reachable, unpriced, unattributed and lagging.
package struct Doctor: Sendable {
    /// One thing that is looked at; it may find several.
    package typealias Check = @Sendable () async throws -> [DoctorFinding]

    private let checks: [(name: String, check: Check)]

    /// A doctor with its checks, in the order of the answer.
    package init(_ checks: [(name: String, check: Check)]) { self.checks = checks }

    /// Looks; a check that cannot be made is a finding too.
    package func findings() async -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        for (name, check) in checks {
            do {
                findings += try await check()
            } catch {
                findings.append(
                    DoctorFinding(name, .broken, "cannot be looked at: \(error)", mend: "mend that and look again"))
            }
        }
        return findings
    }
}

extension Doctor {
    /// Whether the database answers and has its tables.
    package static func database(_ readiness: any ReadinessSource) -> Check {
        {
            let problems = await readiness.problems()
            if problems.isEmpty { return [DoctorFinding("database", .ok, "answers, and is migrated")] }
            return problems.map {
                DoctorFinding("database", .broken, $0, mend: "start PostgreSQL, or run `tally migrate`")
            }
        }
    }

    /// Whether calls of this month have no price or no project.
    package static func usage(_ reports: any ReportSource, now: Instant) -> Check {
        {
            let from = now.utcDate.startOfMonth
            let query = ReportQuery(
                from: Instant(microseconds: Int64(from.daysSinceEpoch) * Instant.microsecondsPerDay),
                to: Instant(
                    microseconds: Int64(from.startOfNextMonth.daysSinceEpoch) * Instant.microsecondsPerDay))
            let totals = try await reports.report(query).totals
            var findings: [DoctorFinding] = []
            findings.append(
                totals.unpricedRequests == 0
                    ? DoctorFinding("unpriced", .ok, "every call of this month has a price")
                    : DoctorFinding(
                        "unpriced", .warning, "\(totals.unpricedRequests) calls of this month have no price",
                        mend:
                            "see `tally report --group-by biller,provider,model`, add the prices, then `tally reprice`")
            )
            findings.append(
                totals.unattributedRequests == 0
                    ? DoctorFinding("unattributed", .ok, "every call of this month has a project")
                    : DoctorFinding(
                        "unattributed", .warning, "\(totals.unattributedRequests) calls of this month have no project",
                        mend: "give applications keys with a project, or sources a `project`"))
            return findings
        }
    }

    /// Whether the sources have their credentials, are read, and are up to date.
    package static func sources(
        _ plan: SourcePlan, _ ledger: any SourceLedger, environment: [String: String], now: Instant
    ) -> Check {
        {
            if plan.entries.isEmpty {
                return [
                    DoctorFinding(
                        "sources", .ok, "none is configured", mend: "add `sources` to the configuration to pull logs")
                ]
            }
            let statuses = Dictionary(
                try await ledger.sourceStatuses().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            return plan.entries.map { entry in
                finding(entry.settings, statuses[entry.settings.name], environment, now)
            }
        }
    }

    private static func finding(
        _ source: SourceSettings, _ status: SourceStatus?, _ environment: [String: String], _ now: Instant
    ) -> DoctorFinding {
        let check = "source \(source.name)"
        if case .web(let web) = source.place, let variable = web.keyVariable, environment[variable] ?? "" == "",
            source.kind != .http, source.kind != .litellm
        {
            return DoctorFinding(
                check, .broken, "$\(variable) is not set", mend: "put the credential into the environment")
        }
        guard let status else {
            return DoctorFinding(
                check, .warning, "was never pulled", mend: "start the daemon, or run `tally pull \(source.name) --once`"
            )
        }
        if let error = status.lastError {
            return DoctorFinding(
                check, .broken, error, mend: "mend that; it is tried again, or run `tally pull \(source.name) --once`")
        }
        let seconds = status.lastSuccessAt.map { max(0, now.microseconds - $0.microseconds) / 1_000_000 } ?? 0
        // Three runs were due.
        if seconds > Int64(max(60, 3 * source.everySeconds)) {
            return DoctorFinding(
                check, .warning, "was pulled last \(seconds) s ago, and is due every \(source.everySeconds) s",
                mend: "see whether the daemon runs")
        }
        if status.counts.rejected > 0 {
            return DoctorFinding(
                check, .warning, "\(status.counts.rejected) records of it were no events",
                mend: "see rejected-\(source.name).jsonl in the data directory")
        }
        return DoctorFinding(check, .ok, "pulled \(seconds) s ago, \(status.counts.stored) calls so far")
    }
}
