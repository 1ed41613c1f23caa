package import TallyCore

/// The cells of one quarter of an hour.
package struct SpendQuarter<Group: Hashable & Comparable & Sendable>: Sendable, Equatable {
    /// Its first instant.
    package let start: Instant
    /// Its cells, in any order; of equal group, account and route there may be several.
    package let cells: [SpendCell<Group>]

    /// A quarter of an hour from its parts.
    package init(start: Instant, cells: [SpendCell<Group>]) {
        self.start = start
        self.cells = cells
    }
}
