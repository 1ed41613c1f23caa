internal import FastJSON

/// Reads the usage of one API flavor: which numbers stand where, and how they hang together.
protocol ProviderFormat {
    /// Takes the counts that a document states.
    ///
    /// - Parameters:
    ///   - document: A body, or one event of a stream.
    ///   - exchange: What else is known of the call.
    ///   - reading: Takes the counts.
    /// - Throws: ``RecordFailure`` when a count is none.
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure)

    /// How the counts hang together.
    ///
    /// - Parameters:
    ///   - host: Who wrote the body.
    ///   - isStated: Whether the caller has named the flavor: then it is read as the host defines it and no wider.
    /// - Returns: The rule, with the counts that are read.
    static func accounting(_ host: Host, isStated: Bool) -> Accounting
}

/// What the documents of one response have said so far.
struct UsageReading {
    /// The counts of the model that was called.
    var counts = ReportedCounts()
    /// The counts of other models that served a part of it, under their names.
    var others: [(model: String?, counts: ReportedCounts)] = []
    /// The tier stated within the usage object.
    var serviceTier: String?
    var warnings: Set<UsageWarning> = []

    /// The most other models told apart.
    static let maximumOthers = 16

    /// Nothing read yet.
    ///
    /// - Parameter readable: The counts that will be read.
    init(readable: CountSet) {
        counts.readable = readable
    }

    /// Nothing read yet of the next document.
    var fresh: UsageReading { UsageReading(readable: counts.readable) }

    /// Whether no count was stated.
    var isEmpty: Bool { counts.isEmpty && others.isEmpty }

    /// Takes in what another document of the same response has said.
    mutating func formMaximum(_ other: UsageReading) {
        if !other.counts.isEmpty { counts.formMaximum(other.counts) }
        for (model, counts) in other.others {
            merge(model, counts) { $0.formMaximum($1) }
        }
        serviceTier = other.serviceTier ?? serviceTier
        warnings.formUnion(other.warnings)
    }

    /// Takes in the counts of another model, added to those it already has in this document.
    mutating func add(_ counts: ReportedCounts, of model: String?) {
        merge(model, counts) { $0.add($1) }
    }

    private mutating func merge(
        _ model: String?, _ counts: ReportedCounts, _ combine: (inout ReportedCounts, ReportedCounts) -> Void
    ) {
        if let index = others.firstIndex(where: { $0.model == model }) {
            combine(&others[index].counts, counts)
        } else if others.count < Self.maximumOthers {
            others.append((model, counts))
        } else {
            warnings.insert(.tooManyModels)
        }
    }
}
