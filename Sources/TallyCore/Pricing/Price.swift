/// One published price: what a batch of one class costs, for whom, and when (invariants I5, I8).
public struct Price: Sendable, Equatable {
    /// A name made from everything the price says, so that equal prices have equal ids wherever they were read.
    public let id: String
    /// Who bills it.
    public let biller: String
    /// Who serves it; `nil` is "whichever provider this biller used".
    public let provider: String?
    /// Which models it is for.
    public let model: ModelPattern
    /// What is counted.
    public let usageClass: UsageClass
    /// The amount for a batch.
    public let rate: Rate
    /// When the price holds.
    public let conditions: Conditions
    /// Whether the source says that this is free, as opposed to listing a price of 0.
    public let isFree: Bool
    /// Where the price is from.
    public let source: String

    /// The conditions a price holds under.
    public struct Conditions: Sendable, Hashable {
        /// The first instant, `nil` when it is not known and the price holds from the beginning.
        public var effectiveFrom: Instant?
        /// The instant the price ends at, `nil` when a later price or nothing ends it.
        public var effectiveTo: Instant?
        /// The price is for requests with strictly more input tokens than this.
        public var inputTokensAbove: Int64?
        /// The price is for these hours of the UTC day.
        public var window: DailyWindow?
        /// The price is for this service tier.
        public var serviceTier: String?

        /// No condition.
        public init() {}
    }

    /// A price from its parts; the id is derived from all of them but the source.
    public init(
        biller: String, provider: String?, model: ModelPattern, usageClass: UsageClass, rate: Rate,
        conditions: Conditions = Conditions(), isFree: Bool = false, source: String
    ) {
        self.biller = biller
        self.provider = provider
        self.model = model
        self.usageClass = usageClass
        self.rate = rate
        self.conditions = conditions
        self.isFree = isFree
        self.source = source
        var record = IdentityRecord()
        record.reset("price")
        record.append(biller)
        record.append(provider)
        record.append(model.text)
        record.append(usageClass.name)
        record.append(rate.amount)
        record.append(rate.per)
        record.append(conditions.effectiveFrom?.microseconds)
        record.append(conditions.effectiveTo?.microseconds)
        record.append(conditions.inputTokensAbove)
        record.append(conditions.window.map { Int64($0.startMinute) })
        record.append(conditions.window.map { Int64($0.endMinute) })
        record.append(conditions.serviceTier)
        record.append(isFree ? "free" : nil)
        let digits = String(EventIdentity(hashing: record).high, radix: 16)
        id = "price_" + String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

/// A window of the UTC day, by minutes since midnight: half-open, across midnight when it ends before it starts.
public struct DailyWindow: Sendable, Hashable {
    /// The first minute, 0 to 1439.
    public let startMinute: Int
    /// The minute it ends before, 0 to 1439.
    public let endMinute: Int

    /// A window of the day; `nil` for minutes outside the day and for an empty window.
    public init?(startMinute: Int, endMinute: Int) {
        guard (0..<1440).contains(startMinute), (0..<1440).contains(endMinute), startMinute != endMinute else {
            return nil
        }
        self.startMinute = startMinute
        self.endMinute = endMinute
    }

    /// Whether a minute of the day lies in the window.
    public func contains(minute: Int) -> Bool {
        startMinute < endMinute
            ? minute >= startMinute && minute < endMinute : minute >= startMinute || minute < endMinute
    }

    /// `16:30-00:30`.
    public var text: String {
        [startMinute, endMinute].map { "\(twoDigits($0 / 60)):\(twoDigits($0 % 60))" }.joined(separator: "-")
    }
}

/// Which models a price is for: one id, or every id that begins with some text.
public enum ModelPattern: Sendable, Hashable {
    /// Exactly this id, without regard to ASCII case.
    case exact(String)
    /// Every id with this beginning, without regard to ASCII case; the empty beginning is every model.
    case prefix(String)

    /// Reads the form of the price file: a trailing `*` makes a prefix.
    public init(_ text: String) {
        self = text.hasSuffix("*") ? .prefix(String(text.dropLast())) : .exact(text)
    }

    /// The form of the price file.
    public var text: String {
        switch self {
        case .exact(let id): id
        case .prefix(let beginning): beginning + "*"
        }
    }
}
