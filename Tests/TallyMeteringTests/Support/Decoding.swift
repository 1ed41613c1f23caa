import FastJSON
import TallyCore
import TallyMetering
import Testing

extension EventDraft {
    /// A draft of nothing yet.
    fileprivate init() {
        let none = EventIdentity(high: 0, low: 0)
        self.init(event: UsageEvent(identity: none, time: .earliestEvent), identity: .settled(none))
    }
}

extension EventRecordDecoder {
    /// The draft of one record.
    mutating func decode(_ root: JSONValue) throws(RecordFailure) -> EventDraft {
        var draft = EventDraft()
        draft.identity = try decode(root, into: &draft.event)
        return draft
    }
}

extension ColumnRecordDecoder {
    /// The draft of one record.
    mutating func decode(_ cell: (Int) -> String) throws(RecordFailure) -> EventDraft {
        var draft = EventDraft()
        draft.identity = try decode(into: &draft.event, cell)
        return draft
    }
}

/// The draft of one JSON record.
func decode(_ json: String, _ defaults: RecordDefaults = RecordDefaults()) throws -> EventDraft {
    var decoder = EventRecordDecoder(defaults: defaults)
    return try JSONParser().withDocument(json) { try decoder.decode($0) }
}

/// The draft of a record with a time, unknown usage and some more members.
func decode(with members: String, _ defaults: RecordDefaults = RecordDefaults()) throws -> EventDraft {
    try decode(#"{"time":"2026-06-01T12:00:00Z","usage":null,"# + members + "}", defaults)
}

/// The reason a JSON record is refused for; `nil` when it is not.
func refusal(_ json: String, _ defaults: RecordDefaults = RecordDefaults()) throws -> String? {
    do {
        _ = try decode(json, defaults)
        return nil
    } catch let failure as RecordFailure {
        return failure.description
    }
}

/// The reason a record with a time, unknown usage and some more members is refused for.
func refusal(with members: String) throws -> String? {
    try refusal(#"{"time":"2026-06-01T12:00:00Z","usage":null,"# + members + "}")
}

/// Runs a reader of fields; its reason when it fails, else what it read.
func outcome<Value>(_ read: () throws(RecordFailure) -> Value) -> String {
    do throws(RecordFailure) {
        return "\(try read())"
    } catch {
        return error.description
    }
}

extension UsageBuckets {
    /// Buckets of some classes.
    static func of(_ quantities: KeyValuePairs<UsageClass, Int64>) -> UsageBuckets {
        var usage = UsageBuckets()
        for (usageClass, quantity) in quantities { usage[usageClass] = quantity }
        return usage
    }
}

extension RecordDefaults {
    /// Defaults with some of their fields set.
    static func with(_ change: (inout RecordDefaults) -> Void) -> RecordDefaults {
        var defaults = RecordDefaults()
        change(&defaults)
        return defaults
    }
}
