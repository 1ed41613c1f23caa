internal import FastJSON
internal import TallyCore
internal import TallyMetering

/// What is wrong with a record of the spool beyond what is wrong with any record.
enum SpoolRecordError: Error, CustomStringConvertible {
    /// It names no identity, so that it could be stored twice.
    case noIdentity

    var description: String { "the record has no event_id" }
}

/// Reads events back from the records of the spool.
struct SpoolReader: ~Copyable {
    private var decoder: EventRecordDecoder
    private let parser: JSONParser

    /// A reader.
    ///
    /// - Parameter aliases: The spellings of billers and providers.
    /// - Throws: `JSONError` when there is no memory.
    init(aliases: ProviderAliases) throws {
        var defaults = RecordDefaults()
        defaults.aliases = aliases
        decoder = EventRecordDecoder(defaults: defaults)
        parser = try JSONParser()
    }

    /// The event of a line.
    ///
    /// - Throws: What is wrong with it.
    mutating func event(_ line: [UInt8]) throws -> UsageEvent {
        var event = UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent)
        let padded = line + [UInt8](repeating: 0, count: JSONParser.padding)
        let parser = parser
        let hint = try unsafe padded.withUnsafeBytes { bytes in
            try unsafe parser.withDocument(padded: UnsafeRawBufferPointer(rebasing: bytes[..<line.count])) { root in
                try decoder.decode(root, into: &event)
            }
        }
        guard case .settled(let identity) = hint else {
            throw SpoolRecordError.noIdentity
        }
        event.identity = identity
        return event
    }
}
