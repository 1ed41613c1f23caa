/// What a transaction sees of others, weakest first.
package enum TransactionIsolation: String, Sendable, CaseIterable {
    /// Each statement sees what was committed before it.
    case readCommitted = "READ COMMITTED"
    /// The transaction sees one moment; conflicting writes fail with 40001.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after another; those that cannot fail with 40001.
    case serializable = "SERIALIZABLE"
}
