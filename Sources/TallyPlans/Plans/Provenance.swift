/// Where a number of a plan is from, and how far it can be relied on.
package struct Provenance: Sendable, Hashable {
    /// Where it is published.
    package let source: String
    /// Whether the source itself calls the number subject to change.
    package let isSubjectToChange: Bool

    /// A provenance from its parts.
    package init(source: String, isSubjectToChange: Bool = false) {
        self.source = source
        self.isSubjectToChange = isSubjectToChange
    }
}
