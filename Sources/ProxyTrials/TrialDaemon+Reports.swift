internal import Foundation
internal import ProgramRunner

/// What the daemon says of itself, and of the events that have come into the database.
extension TrialDaemon {
    /// The sums of a project, or of all, as the API has them once PostgreSQL is there.
    func totals(of project: String? = nil) throws -> UsageTotals {
        guard let api else { throw TrialError("the daemon does not run") }
        let filter = project.map { "&project=\($0)" } ?? ""
        let question = "/api/v1/usage?from=\(TrialRange.from)&to=\(TrialRange.to)" + filter
        var answer: Data?
        _ = try Waiting.until(within: TrialLimits.command) {
            answer = try LocalAPI.get(api + question, within: TrialLimits.answerSeconds)
            return answer != nil
        }
        guard let answer else { throw TrialError("PostgreSQL does not come back for the daemon: \(errors)") }
        return try UsageTotals(json: answer)
    }

    /// Waits until the database has another number of events of a project than it had, or until that seems not to come.
    ///
    /// - Returns: The number then.
    func count(of project: String, changedFrom former: Int) throws -> Int {
        var count = former
        _ = try Waiting.until(within: TrialLimits.stillness) {
            count = try totals(of: project).requests
            return count != former
        }
        return count
    }

    /// Waits until the database has an event of a project.
    func awaitEvent(of project: String) throws {
        let isThere = try Waiting.until(within: TrialLimits.command) { try totals(of: project).requests > 0 }
        if !isThere { throw TrialError("no event of \(project) comes into the database: \(errors)") }
    }

    /// Waits until the daemon has written a text to standard error.
    func awaitError(_ text: String) throws {
        let isThere = Waiting.until(within: TrialLimits.command) { errors.contains(text) }
        if !isThere { throw TrialError("the daemon does not say \"\(text)\": \(errors)") }
    }

    /// Runs a program that has to succeed; what it printed.
    func output(of program: Program) throws -> String {
        let finished = try program.run(within: TrialLimits.command)
        guard finished.ending == .exited(0) else {
            throw TrialError("\(program.command.joined(separator: " ")) failed: \(finished.errors)")
        }
        return finished.output
    }

    /// Waits for the next events in the database, without a pause between two looks: the spool is not emptied for long.
    func awaitStored() throws {
        let end = ContinuousClock.now + TrialLimits.command
        let before = try totals().requests
        while try totals().requests == before {
            if ContinuousClock.now > end { throw TrialError("no event comes into the database: \(errors)") }
        }
    }
}
