package import FastJSON
package import TallyCore

/// What an event was sent in, as a CloudEvent is: it gives what the event itself does not say.
package struct EventEnvelope: Sendable, Equatable {
    /// The submitter's id.
    package let id: String
    /// When what it tells of happened.
    package let time: Instant?

    /// The version of CloudEvents that is read.
    package static let version = "1.0"

    /// The names of the context attributes that are read.
    package static let attributes = ["specversion", "type", "source", "id", "time"]

    /// Reads the context attributes of a CloudEvent (CloudEvents 1.0, 2).
    ///
    /// - Parameter attributes: The texts of those that there are.
    /// - Throws: ``RecordFailure``, which names the attribute and the mend.
    package init(_ attributes: [String: String]) throws(RecordFailure) {
        let version = attributes["specversion"] ?? ""
        if version != Self.version {
            throw RecordFailure("specversion is \(RecordFailure.quoted(version)); send CloudEvents \(Self.version)")
        }
        _ = try Self.required("type", attributes)
        let source = try Self.required("source", attributes)
        // A space keeps the two apart: a source is a reference to a URI, which has none.
        if source.contains(" ") { throw RecordFailure("source has a space; write the reference to a URI") }
        let id = source + " " + (try Self.required("id", attributes))
        if id.utf8.count > FieldReader.maximumTextBytes {
            throw RecordFailure(
                "source and id are \(id.utf8.count) bytes long together; "
                    + "at most \(FieldReader.maximumTextBytes) are kept")
        }
        self.id = id
        if let text = attributes["time"] {
            time = try FieldReader.time(text, zone: .utc, field: "time")
        } else {
            time = nil
        }
    }

    /// Reads a CloudEvent in JSON.
    ///
    /// - Parameter event: The object with the context attributes and the data.
    /// - Throws: ``RecordFailure``, which names the attribute and the mend.
    package init(_ event: JSONValue) throws(RecordFailure) {
        var texts: [String: String] = [:]
        for name in Self.attributes {
            guard let value = event[name], !value.isNull else { continue }
            guard let text = value.string else { throw RecordFailure("\(name) is not text; write a string") }
            texts[name] = text
        }
        try self.init(texts)
    }

    /// Whether an object is a CloudEvent rather than an event.
    package static func looksLike(_ object: JSONValue) -> Bool { object["specversion"] != nil }

    /// The event within a CloudEvent in JSON.
    ///
    /// - Parameter event: The object with the context attributes and the data.
    /// - Returns: The data.
    /// - Throws: ``RecordFailure`` when there is none that is JSON.
    package static func data(of event: JSONValue) throws(RecordFailure) -> JSONValue {
        if let data = event["data"] { return data }
        throw RecordFailure(
            event["data_base64"] == nil
                ? "data is missing; write the event as \"data\": {…}"
                : "data_base64 is not read; write the event as \"data\": {…}")
    }

    private static func required(_ name: String, _ attributes: [String: String]) throws(RecordFailure) -> String {
        guard let text = try FieldReader.text(attributes[name] ?? "", field: name) else {
            throw RecordFailure("\(name) is missing; a CloudEvent has specversion, type, source and id")
        }
        return text
    }
}
