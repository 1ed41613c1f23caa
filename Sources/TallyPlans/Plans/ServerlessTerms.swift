/// One reading of how a plan treats serverless calls.
///
/// Sources differ, so a plan may have several; the first is used unless another is asked for.
package struct ServerlessTerms: Sendable, Hashable {
    /// How calls are treated.
    package let mode: ServerlessMode
    /// Calls a day that pass, for ``ServerlessMode/allowance``; `nil` where no source says how many.
    package let allowance: AllowanceRange?
    /// Where this is from.
    package let provenance: Provenance

    /// Terms from their parts; an allowance belongs to its own mode only.
    package init(mode: ServerlessMode, allowance: AllowanceRange? = nil, provenance: Provenance) {
        self.mode = mode
        self.allowance = mode == .allowance ? allowance : nil
        self.provenance = provenance
    }
}
