/// How serverless calls are treated.
package enum ServerlessMode: String, Sendable, CaseIterable {
    /// Free up to so many calls a day, and refused beyond.
    case allowance
    /// Billed by compute seconds, drawing on credits, without a limit.
    case metered
}
