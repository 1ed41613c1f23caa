/// What a quantity of a statement counts.
public enum StatementMeasure: Sendable, Hashable {
    /// One of Tally's classes, in whole units (seconds, not millionths).
    case usage(UsageClass)
    /// All input tokens, cached or not, where the statement does not divide them.
    case inputTotal
    /// Tokens written to a cache, where the statement does not tell the lifetimes apart.
    case cacheWrites
    /// A unit of the biller's own, by the name it gives it.
    case unit(String)

    /// Its name, under which quantities are stored: a class's own, and a prefix for what is none.
    public var name: String {
        switch self {
        case .usage(let usageClass): usageClass.name
        case .inputTotal: "input_total"
        case .cacheWrites: "cache_writes"
        case .unit(let name): "unit:\(name)"
        }
    }
}
