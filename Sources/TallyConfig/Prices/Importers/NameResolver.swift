internal import TallyCore

/// Shares names out among the models of one seller: the first model that claims a name has it.
///
/// The table tries its models in order, Tally takes the longest fit; a name or pattern that an earlier model's pattern
/// covers is therefore left out, and both then answer alike.
struct NameResolver {
    /// A name or pattern with the model it means.
    private(set) var aliases: [(name: String, model: String)] = []
    private var claimed: [NameClause] = []

    /// Claims the names of a model.
    ///
    /// - Parameters:
    ///   - id: The model's own id.
    ///   - names: Its names.
    ///   - owner: Whose model it is when not the seller's own: its id may be taken, and the model then goes by its
    ///     first name that is free, or behind the name of its owner.
    /// - Returns: The id the model is filed under; `nil` when nothing of it is free.
    mutating func claim(_ id: String, names: [NameClause], owner: String? = nil) -> String? {
        let own = NameClause(.equals, id)
        var model = id
        var free = names.filter { name in !claimed.contains { $0.covers(name) } }
        // An id that the model's own names do not take is a label of the table, not what calls say.
        if !names.contains(where: { $0.covers(own) }), let first = free.first(where: { $0.kind == .equals }) {
            model = first.literal
        }
        if let owner, model == id, claimed.contains(where: { $0.covers(own) }) {
            if free.isEmpty { return nil }
            model = free.first { $0.kind == .equals }?.literal ?? "\(owner)/\(id)"
        }
        let filed = NameClause(.equals, model)
        // What another name of the same model covers says nothing new.
        free = free.enumerated().filter { index, name in
            !free.enumerated().contains { other, wider in
                other != index && wider.covers(name) && (!name.covers(wider) || other < index)
            }
        }.map(\.element)
        if filed != own, !claimed.contains(where: { $0.covers(own) }) { free.append(own) }
        for name in free where name != filed { aliases.append((name.name, model)) }
        claimed += free.contains(filed) ? free : free + [filed]
        for name in free + [filed] {
            guard let compact = Self.compactDate(name.name) else { continue }
            let clause = NameClause(NamePattern.isPattern(compact) ? .pattern : .equals, compact)
            if claimed.contains(where: { $0.covers(clause) }) { continue }
            aliases.append((compact, model))
            claimed.append(clause)
        }
        return model
    }

    /// The name with its date written without dashes, as LiteLLM and OpenRouter have it; `nil` when it has no date.
    static func compactDate(_ name: String) -> String? {
        let bytes = Array(name.utf8)
        func isDigit(_ index: Int) -> Bool {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) || bytes[index] == UInt8(ascii: "#")
        }
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 11 else { return nil }
        for start in 0...(bytes.count - 11) where bytes[start] == dash && bytes[start + 5] == dash {
            let digits = [1, 2, 3, 4, 6, 7, 9, 10].map { start + $0 }
            guard bytes[start + 8] == dash, digits.allSatisfy(isDigit) else { continue }
            if start + 11 < bytes.count, isDigit(start + 11) { continue }
            let date = digits.map { bytes[$0] }
            return String(decoding: bytes[...start] + date + bytes[(start + 11)...], as: UTF8.self)
        }
        return nil
    }
}
