/// A name of a model that one of two price tables has and the other has not.
public struct ModelAliasDifference: Sendable, Equatable {
    /// What happened to the name.
    public let kind: Kind
    /// The name, and the model it means where it is known.
    public let alias: ModelAlias

    /// What can happen to a name: one that means another model is removed from the one and added to the other.
    public enum Kind: String, Sendable, CaseIterable {
        /// It meant nothing before, or another model.
        case added
        /// It means nothing any more, or another model.
        case removed
    }

    /// What differs between the names of two tables; they are compared without regard to case.
    ///
    /// - Parameters:
    ///   - old: The table before.
    ///   - new: The table after.
    /// - Returns: The names added, in the order of the new table, behind them those removed.
    public static func between(_ old: PriceTable, _ new: PriceTable) -> [ModelAliasDifference] {
        let (before, after) = (old.modelAliases.entries, new.modelAliases.entries)
        let (had, has) = (Set(before.map(\.lowercased)), Set(after.map(\.lowercased)))
        return after.filter { !had.contains($0.lowercased) }.map { ModelAliasDifference(kind: .added, alias: $0) }
            + before.filter { !has.contains($0.lowercased) }.map { ModelAliasDifference(kind: .removed, alias: $0) }
    }
}

extension ModelAlias {
    /// The form in which aliases of the same meaning are equal; biller and provider are in their one spelling.
    fileprivate var lowercased: ModelAlias {
        ModelAlias(biller: biller, provider: provider, name: name.lowercased(), model: model.lowercased())
    }
}
