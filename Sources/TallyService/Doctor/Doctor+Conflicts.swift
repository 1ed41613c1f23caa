package import TallyCore

extension Doctor {
    /// The most contradictions that are listed; all are counted.
    private static let shownConflicts = 10

    /// Whether the sources of calls contradict each other.
    package static func conflicts(_ source: any MergeConflictSource) -> Check {
        {
            let conflicts = try await source.mergeConflicts(limit: shownConflicts)
            if conflicts.count == 0 {
                return [DoctorFinding("conflicts", .ok, "the sources of calls do not contradict each other")]
            }
            let isAll = conflicts.latest.count == conflicts.count
            let shown = isAll ? "" : "; the latest \(conflicts.latest.count) are named"
            let noun = conflicts.count == 1 ? "contradiction" : "contradictions"
            let sum = DoctorFinding(
                "conflicts", .warning, "\(conflicts.count) \(noun) between the sources of calls\(shown)",
                mend: "see which of the two is right; the one that is kept counts")
            return [sum]
                + conflicts.latest.map { conflict in
                    DoctorFinding(
                        "conflict \(conflict.field.rawValue)", .warning,
                        "event \(conflict.event): \(text(conflict.kept)) is kept, \(text(conflict.refused)) is not",
                        mend: "see `tally explain \(conflict.event)`")
                }
        }
    }

    private static func text(_ side: MergeConflict.Side) -> String {
        side.source == side.form ? "\(side.source): \(side.value)" : "\(side.source) (\(side.form)): \(side.value)"
    }
}
