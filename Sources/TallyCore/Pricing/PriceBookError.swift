/// Why prices cannot be made into a book: they tell more cases apart than its limits allow (I9).
public enum PriceBookError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The prices of one model tell more than ``PriceBook/maximumCasesOfModel`` cases apart.
    case tooManyCases(biller: String, provider: String?, model: String)
    /// The prices of all models tell more than ``PriceBook/maximumCases`` cases apart.
    case bookTooLarge

    /// What is wrong, naming the model, and the mend.
    public var description: String {
        switch self {
        case .tooManyCases(let biller, let provider, let model):
            "the prices of model '\(model)' (biller \(biller), provider \(provider ?? "any")) tell more than "
                + "\(PriceBook.maximumCasesOfModel) cases apart; use fewer dates, hours, context thresholds or service tiers"
        case .bookTooLarge:
            "the prices tell more than \(PriceBook.maximumCases) cases apart; leave out models or old dates"
        }
    }
}
