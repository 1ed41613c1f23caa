/// A parameter of a question that cannot be answered: which one, and the mend.
package struct QuestionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name of the parameter, as in a query string.
    package let parameter: String
    /// What is wrong and what to write instead.
    package let reason: String

    init(_ parameter: String, _ reason: String) {
        self.parameter = parameter
        self.reason = reason
    }

    package var description: String { "\(parameter): \(reason)" }
}
