/// Another name of a model at one biller and provider: what is called by it is charged with the model's prices.
public struct ModelAlias: Sendable, Hashable {
    /// Who bills the model.
    public let biller: String
    /// Who serves it; `nil` is "whichever provider this biller used".
    public let provider: String?
    /// The other name, or a pattern of names (``NamePattern``).
    public let name: String
    /// The model as its prices name it.
    public let model: String

    /// An alias; its names are compared without regard to case.
    public init(biller: String, provider: String?, name: String, model: String) {
        self.biller = biller
        self.provider = provider
        self.name = name
        self.model = model
    }

    /// The same alias under the one spelling of its biller and provider.
    func spelt(by aliases: ProviderAliases) -> ModelAlias {
        ModelAlias(
            biller: aliases.canonical(biller), provider: provider.map(aliases.canonical), name: name, model: model)
    }
}
