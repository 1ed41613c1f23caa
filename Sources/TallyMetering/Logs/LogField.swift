internal import FastJSON
internal import TallyCore

/// Reads members of other tools' records, with the rules of ``FieldReader``.
///
/// Tools write numbers as text and the other way round, and leave out a value as `null` or as empty text. What counts
/// and dates a call is read strictly; what only describes it is left out when it is no good, so that no call is lost
/// for it.
enum LogField {
    /// Text, or `nil`.
    static func text(_ value: JSONValue?, _ name: String) throws(RecordFailure) -> String? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.scalarText else {
            throw RecordFailure("\(name) is not text; write a string or null")
        }
        return try FieldReader.text(text, field: name)
    }

    /// Text that only describes a call; `nil` when it is none or cannot be kept.
    static func description(_ value: JSONValue?) -> String? {
        guard let text = value?.scalarText else { return nil }
        return (try? FieldReader.text(text, field: "")) ?? nil
    }

    /// A whole number of tokens, or `nil`.
    static func count(_ value: JSONValue?, _ name: String) throws(RecordFailure) -> Int64? {
        guard let value, !value.isNull else { return nil }
        if let number = value.int64, number >= 0, number <= UsageBuckets.maximumQuantity { return number }
        guard let text = value.scalarText else { throw RecordFailure("\(name) is no number; write a number") }
        return text.isEmpty ? nil : try FieldReader.quantity(text, of: .input, field: name)
    }

    /// A point in time, or `nil`.
    static func time(_ value: JSONValue?, _ name: String, zone: ReportZone) throws(RecordFailure) -> Instant? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.scalarText else {
            throw RecordFailure("\(name) is no time; write a time like 2026-06-01T12:00:00Z")
        }
        return text.isEmpty ? nil : try FieldReader.time(text, zone: zone, field: name)
    }

    /// The time of a call.
    ///
    /// - Throws: ``RecordFailure`` when there is none.
    static func requiredTime(_ value: JSONValue?, _ name: String, zone: ReportZone) throws(RecordFailure) -> Instant {
        guard let time = try time(value, name, zone: zone) else {
            throw RecordFailure("\(name) is missing; every record needs its time")
        }
        return time
    }

    /// An HTTP status, or `nil`.
    static func status(_ value: JSONValue?, _ name: String) throws(RecordFailure) -> Int? {
        guard let text = value?.scalarText, !text.isEmpty else { return nil }
        return try FieldReader.status(text, field: name)
    }

    /// A duration given in milliseconds, cut to whole ones.
    static func milliseconds(_ value: JSONValue?) -> Int? {
        guard let text = value?.scalarText else { return nil }
        return try? FieldReader.integer(text, in: FieldReader.durations, field: "")
    }

    /// The milliseconds between two times; `nil` when one is missing or they are in the wrong order.
    static func milliseconds(from start: Instant?, to end: Instant?) -> Int? {
        guard let start, let end else { return nil }
        let milliseconds = (end.microseconds - start.microseconds) / 1000
        return end >= start && milliseconds <= FieldReader.durations.upperBound ? Int(milliseconds) : nil
    }

    /// An amount a tool has computed.
    static func estimate(_ value: JSONValue?) -> Money? {
        guard let text = value?.scalarText else { return nil }
        return try? FieldReader.money(text, field: "")
    }

    /// Tags of an object of plain values; what cannot be a tag is left out.
    static func tags(_ object: JSONValue) -> [String: String]? {
        var tags: [String: String] = [:]
        for (name, member) in object.members {
            guard tags.count < FieldReader.maximumTags, name.count <= FieldReader.maximumTextBytes,
                let key = try? FieldReader.text(name.string, field: ""), let value = description(member)
            else { continue }
            tags[key] = value
        }
        return tags.isEmpty ? nil : tags
    }

    /// Whether a value says yes.
    static func isTrue(_ value: JSONValue?) -> Bool {
        if let bool = value?.bool { return bool }
        guard let text = value?.text else { return false }
        return text == "true" || text == "True" || text == "t"
    }
}

extension JSONValue {
    /// The text of a string, number or boolean; `nil` for anything else.
    var scalarText: String? {
        if let text { return text.string }
        if let numberText { return numberText.string }
        return bool.map { $0 ? "true" : "false" }
    }

    /// The first of some members that is there and not null, since tools have two spellings of a name.
    func first(_ names: StaticString...) -> JSONValue? {
        for name in names {
            if let value = self[name], !value.isNull { return value }
        }
        return nil
    }

    /// The members when the value is an object, else `nil`.
    var object: JSONValue? { kind == .object ? self : nil }
}

extension UsageBuckets {
    /// Whether every class that is stated is zero: what tools write that have no counts, since a call that answered has
    /// used something.
    var statesNothing: Bool {
        UsageClass.allCases.allSatisfy { quantity($0) == 0 }
    }
}
