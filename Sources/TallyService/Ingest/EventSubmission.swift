internal import HTTPTypes
internal import TallyCore
internal import TallyMetering

/// The events of one request, each identity once, and what became of its records.
struct EventSubmission {
    /// The events.
    private(set) var events: [UsageEvent] = []
    /// How many records there were.
    private(set) var recordCount = 0
    /// How many of them repeat an earlier one.
    private(set) var duplicateCount = 0
    /// The records that are no events.
    private(set) var rejections: [Rejection] = []
    /// Where the record of each event stands.
    private var origins: [Origin] = []
    private var places: [EventIdentity: Int] = [:]
    private var occurrences: [EventIdentity: Int] = [:]
    private let key: Attribution?
    private let maximumRecords: Int

    /// Where a record stands in its request.
    struct Origin {
        let index: Int
        let line: Int?
    }

    /// A submission without records.
    ///
    /// - Parameters:
    ///   - key: Who events sent with the key are charged to, if there is one.
    ///   - maximumRecords: The most records there may be.
    init(key: Attribution?, maximumRecords: Int) {
        self.key = key
        self.maximumRecords = maximumRecords
    }

    /// Begins the next record.
    ///
    /// - Parameter line: The line it stands on.
    /// - Returns: Where it stands.
    /// - Throws: ``Problem`` when there are too many.
    mutating func begin(line: Int? = nil) throws(Problem) -> Origin {
        if recordCount >= maximumRecords {
            throw Problem(
                .contentTooLarge, title: "Too many records",
                detail: "more than \(maximumRecords) records (api.ingest_max_events); send them in several requests")
        }
        recordCount += 1
        return Origin(index: recordCount - 1, line: line)
    }

    /// Notes why a record is no event.
    mutating func reject(_ origin: Origin, _ reason: String) {
        rejections.append(Rejection(index: origin.index, line: origin.line, reason: reason))
    }

    /// Takes the event of a record.
    ///
    /// - Parameters:
    ///   - event: The event, its identity aside.
    ///   - hint: What its identity is made from.
    ///   - otherModels: What other models used that served a part of the call: each is an event of its own.
    ///   - origin: Where its record stands.
    mutating func add(
        _ event: UsageEvent, _ hint: IdentityHint, otherModels: [ResponseUsage.ModelPart] = [], from origin: Origin
    ) {
        var event = event
        event.identity = identity(of: hint)
        if let key { event.attribution = event.attribution.charged(to: key) }
        guard keep(event, from: origin) else {
            duplicateCount += 1
            return
        }
        for other in event.events(ofParts: otherModels) { _ = keep(other, from: origin) }
    }

    /// Where the record of an event stands.
    func origin(ofEvent index: Int) -> Origin { origins[index] }

    private mutating func identity(of hint: IdentityHint) -> EventIdentity {
        switch hint {
        case .settled(let identity): return identity
        case .content(let content):
            let occurrence = occurrences[content, default: 0]
            occurrences[content] = occurrence + 1
            return EventIdentity(content: content, occurrence: occurrence)
        }
    }

    /// Keeps an event if it is new; of one that is there already only what it says about its attribution is kept.
    private mutating func keep(_ event: UsageEvent, from origin: Origin) -> Bool {
        if let place = places[event.identity] {
            events[place].attribution = events[place].attribution.corrected(by: event.attribution)
            return false
        }
        places[event.identity] = events.count
        events.append(event)
        origins.append(origin)
        return true
    }
}

extension Attribution {
    /// Who an event is charged to that was sent with a key: what the key states comes first.
    ///
    /// The key's name says which key a call was made with, so it is put in only where the key says who is charged.
    fileprivate func charged(to grant: Attribution) -> Attribution {
        Attribution(
            project: grant.project ?? project, user: grant.user ?? user,
            key: key ?? (grant.project == nil ? nil : grant.key), tags: grant.tags ?? tags)
    }
}
