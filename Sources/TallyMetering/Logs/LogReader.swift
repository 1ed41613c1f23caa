internal import FastJSON
internal import TallyCore

/// Reads the records of one log format of one file, in order.
///
/// A reader keeps what it must remember from record to record, bounded, and says so.
protocol LogReader {
    /// Reads one record.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - position: Where it begins in its file.
    ///   - sink: Takes what the record gives.
    /// - Throws: ``RecordFailure`` when the record as a whole cannot be read.
    mutating func read(_ record: JSONValue, at position: Int, into sink: inout LogSink) throws(RecordFailure)

    /// Gives what was held back until the end of the file.
    mutating func finish(into sink: inout LogSink)

    /// Where a later reading of the grown file has to begin; `nil` when it may begin where this one ended.
    var resumePosition: Int? { get }
}

extension LogReader {
    mutating func finish(into sink: inout LogSink) {}

    var resumePosition: Int? { nil }
}

/// Takes what the records of a log give, and makes events of it.
struct LogSink: ~Copyable {
    /// What the record being read has given so far.
    var items: [LogItem] = []
    /// The zone of times without an offset.
    let zone: ReportZone
    private let embedded: JSONParser
    private let defaultsNameSeller: Bool
    private var builder: DraftBuilder

    /// A sink without items.
    ///
    /// - Parameters:
    ///   - defaults: What the records do not say.
    ///   - embedded: Reads objects that stand in records as text.
    init(defaults: RecordDefaults, embedded: JSONParser) {
        zone = defaults.zone
        self.embedded = embedded
        defaultsNameSeller = defaults.offering.biller != nil || defaults.offering.provider != nil
        builder = DraftBuilder(defaults: defaults)
    }

    /// Takes a call.
    ///
    /// - Parameters:
    ///   - parts: The event.
    ///   - basis: Where its seller comes from; an assumed one gives way to the defaults.
    ///   - estimate: What the tool computed.
    ///   - transportID: The transport's id of the request.
    mutating func add(
        _ parts: consuming EventParts, seller basis: SellerBasis, estimate: Money? = nil, transportID: String? = nil
    ) {
        if basis == .assumed, defaultsNameSeller {
            parts.seller.biller = nil
            parts.seller.provider = nil
        }
        if let status = parts.event.status, status >= 400, parts.event.outcome == .complete {
            parts.event.outcome = .failed
        }
        builder.begin()
        let identity = builder.complete(
            &parts.event, seller: parts.seller, charged: parts.charged, eventID: parts.eventID)
        items.append(
            .call(
                LoggedCall(
                    draft: EventDraft(event: parts.event, identity: identity), estimatedCost: estimate, seller: basis,
                    transportID: transportID)))
    }

    /// Notes that a record is about no call.
    mutating func pass(_ reason: NotACall) {
        items.append(.notACall(reason))
    }

    /// Reads a member that tools write as an object or as the text of one.
    ///
    /// - Parameters:
    ///   - value: The member.
    ///   - name: Its name.
    ///   - body: Reads the object; it must not read another member through this function.
    /// - Returns: What `body` gives; `nil` when there is no object.
    /// - Throws: ``RecordFailure`` when the text is no JSON, or what `body` throws.
    func withObject<Value>(
        _ value: JSONValue?, _ name: String, _ body: (JSONValue) throws(RecordFailure) -> Value
    ) throws(RecordFailure) -> Value? {
        guard let value, !value.isNull else { return nil }
        if value.kind == .object || value.kind == .array { return try body(value) }
        guard let text = value.text, !text.isEmpty, !(text == "null"), !(text == "None") else { return nil }
        do {
            return try embedded.withDocument(text.string) { (root: JSONValue) throws -> Value? in
                root.kind == .object || root.kind == .array ? try body(root) : nil
            }
        } catch let failure as RecordFailure {
            throw failure
        } catch {
            throw RecordFailure("\(name) is text that is no JSON; export it as an object")
        }
    }

    /// Reads a member that only describes a call; `nil` when it is no object that can be read, so that no call is lost
    /// for it.
    ///
    /// - Parameters:
    ///   - value: The member.
    ///   - body: Reads the object; it must not read another member through this function.
    /// - Returns: What `body` gives.
    func withDescription<Value>(_ value: JSONValue?, _ body: (JSONValue) -> Value?) -> Value? {
        let read = try? withObject(value, "") { (object: JSONValue) throws(RecordFailure) in body(object) }
        return (read ?? nil) ?? nil
    }
}
