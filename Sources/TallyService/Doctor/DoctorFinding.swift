/// What one check of `tally doctor` found.
package struct DoctorFinding: Sendable, Equatable {
    /// How bad it is.
    package enum State: String, Sendable {
        /// As it should be.
        case ok
        /// It works, and should be looked at.
        case warning
        /// It does not work.
        case broken
    }

    /// What was looked at.
    package let check: String
    /// How bad it is.
    package let state: State
    /// What was found, in one line.
    package let detail: String
    /// What to do; `nil` when nothing is to be done.
    package let mend: String?

    /// A finding from its parts.
    package init(_ check: String, _ state: State, _ detail: String, mend: String? = nil) {
        self.check = check
        self.state = state
        self.detail = detail
        self.mend = mend
    }
}
