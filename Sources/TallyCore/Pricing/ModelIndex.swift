/// Finds the prices of a model by any name the table declares for it.
///
/// At one biller and provider an exact id comes first, then a declared alias, then the longest declared pattern. Nothing
/// is guessed: a suffix such as a date matches only where the table says so.
struct ModelIndex: Sendable {
    private var schedules: [ModelKey: Int] = [:]
    private var aliases: [ModelKey: Int] = [:]
    private var patterns: [SellerKey: [(pattern: NamePattern, schedule: Int)]] = [:]
    private var providers: [String: Set<String>] = [:]
    private let spellings: ProviderAliases

    /// Files the schedules of a book.
    ///
    /// - Parameters:
    ///   - keys: Whose prices each schedule has, in the order of the schedules; models in lower case.
    ///   - modelAliases: The other names; one that means a model without prices is left out.
    ///   - spellings: The spellings of providers, for those that a name asks for.
    init(_ keys: [ModelKey], modelAliases: ModelAliases, spellings: ProviderAliases) {
        self.spellings = spellings
        for (schedule, key) in keys.enumerated() {
            if let provider = key.seller.provider { providers[key.seller.biller, default: []].insert(provider) }
            switch ModelPattern(key.model) {
            case .exact: schedules[key] = schedule
            case .prefix: patterns[key.seller, default: []].append((NamePattern(key.model), schedule))
            }
        }
        for alias in modelAliases.entries {
            let seller = SellerKey(biller: alias.biller, provider: alias.provider)
            guard let schedule = schedules[ModelKey(seller: seller, model: alias.model.lowercased())] else { continue }
            let name = alias.name.lowercased()
            if NamePattern.isPattern(name) {
                patterns[seller, default: []].append((NamePattern(name), schedule))
            } else if aliases[ModelKey(seller: seller, model: name)] == nil {
                aliases[ModelKey(seller: seller, model: name)] = schedule
            }
        }
        for seller in patterns.keys {
            let ordered = (patterns[seller] ?? []).enumerated().sorted { left, right in
                let (leftLength, rightLength) = (left.element.pattern.length, right.element.pattern.length)
                return leftLength == rightLength ? left.offset < right.offset : leftLength > rightLength
            }
            patterns[seller] = ordered.map(\.element)
        }
    }

    /// The schedule of what was called, `nil` when there is none.
    func schedule(biller: String, provider: String?, model: String) -> Int? {
        let model = model.isLowercaseASCII ? model : model.lowercased()
        if let schedule = lookUp(biller: biller, provider: provider, model: model) { return schedule }
        guard let pin = pin(of: model, biller: biller) else { return nil }
        return lookUp(biller: biller, provider: provider, model: pin.model)
    }

    /// What a name asks of its biller beside the model.
    func pin(of model: String, biller: String) -> ModelPin? {
        ModelPin(model.lowercased(), biller: biller) { suffix in
            providers[biller]?.contains(spellings.canonical(suffix)) ?? false
        }
    }

    private func lookUp(biller: String, provider: String?, model: String) -> Int? {
        for provider in provider == nil ? [nil] : [provider, nil] {
            let seller = SellerKey(biller: biller, provider: provider)
            let key = ModelKey(seller: seller, model: model)
            if let schedule = schedules[key] ?? aliases[key] { return schedule }
            if let patterns = patterns[seller] {
                let bytes = Array(model.utf8)
                if let match = patterns.first(where: { $0.pattern.matches(bytes) }) { return match.schedule }
            }
        }
        return nil
    }
}

/// Who bills and who serves, in their one spelling.
struct SellerKey: Hashable, Sendable {
    let biller: String
    let provider: String?
}

/// A model at one seller, in lower case.
struct ModelKey: Hashable, Sendable {
    let seller: SellerKey
    let model: String
}
