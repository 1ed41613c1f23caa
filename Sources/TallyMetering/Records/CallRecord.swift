package import FastJSON
package import TallyCore

/// A call to be priced, as one record states it; its names are borrowed from the record.
package struct CallRecord {
    /// Who sends the bill.
    package fileprivate(set) var biller: JSONText?
    /// Who serves.
    package fileprivate(set) var provider: JSONText?
    /// The model that serves.
    package fileprivate(set) var model: JSONText?
    /// The tier that serves.
    package fileprivate(set) var serviceTier: JSONText?
    /// How the call is billed.
    package fileprivate(set) var route: Route?
    /// When the call is made.
    package fileprivate(set) var time: Instant?
    /// How many of each class, where the record states them itself; `nil` when unknown.
    package fileprivate(set) var usage: UsageBuckets?
    /// What the response says, where the record has one.
    package fileprivate(set) var response: ResponseUsage?
}

/// Reads the calls of `tally price -`.
///
/// Fields that it does not know are passed over, so that a line may carry whatever its writer needs beside them.
package struct CallRecordDecoder: ~Copyable {
    private let biller: String?
    private let provider: String?
    private let fields = ShortNames(Field.allCases.map(\.name))
    private let usage = UsageField()

    private enum Field: Int, CaseIterable {
        case biller, provider, model, route, serviceTier, at, time, usage, response, flavor, headers, path, status

        var name: String { self == .serviceTier ? "service_tier" : "\(self)" }
    }

    /// What is needed to read a response, and whether the record has said what it must.
    private struct Found {
        var response: JSONValue?
        var exchange = Exchange()
        var statesUsage = false
        var statesAt = false
    }

    /// A decoder.
    ///
    /// - Parameters:
    ///   - biller: Who sends the bill of a call that does not say so.
    ///   - provider: Who serves a call that does not say so.
    package init(biller: String?, provider: String?) {
        self.biller = biller
        self.provider = provider
    }

    /// Reads one record.
    ///
    /// - Parameter root: The record; what is returned must not outlive it.
    /// - Returns: The call.
    /// - Throws: ``RecordFailure``, which names the field and the mend.
    package func decode(_ root: JSONValue) throws(RecordFailure) -> CallRecord {
        guard root.kind == .object else { throw RecordFailure("the line is not a JSON object; write one call a line") }
        var call = CallRecord()
        var found = Found()
        for (name, value) in root.members {
            guard let place = fields.place(of: name), let field = Field(rawValue: place) else { continue }
            if value.isNull {
                if field == .usage || field == .response { found.statesUsage = true }
                continue
            }
            try read(field, value, into: &call, &found)
        }
        if let response = found.response {
            if call.usage != nil {
                throw RecordFailure("usage and response are both given; leave one of them out")
            }
            found.exchange.biller = call.biller?.string ?? biller
            found.exchange.provider = call.provider?.string ?? provider
            let read = try ResponseReader.read(response, of: found.exchange)
            if let refusal = read.refusal { throw refusal }
            if let usage = read.usage { try FieldReader.check(usage) }
            call.response = read
        } else if !found.statesUsage {
            throw RecordFailure(
                "usage is missing; add \"usage\": {…} or \"response\": {…}, or \"usage\": null if unknown")
        }
        return call
    }

    private func read(
        _ field: Field, _ value: JSONValue, into call: inout CallRecord, _ found: inout Found
    ) throws(RecordFailure) {
        switch field {
        case .biller: call.biller = try text(value, field)
        case .provider: call.provider = try text(value, field)
        case .model: call.model = try text(value, field)
        case .serviceTier: call.serviceTier = try text(value, field)
        case .route:
            if let name = try text(value, field) {
                call.route = try FieldReader.route(name.string, field: field.name)
            }
        case .at:
            call.time = try time(value, field)
            found.statesAt = true
        // The name an exported event has for it.
        case .time: if !found.statesAt { call.time = try time(value, field) }
        case .usage:
            found.statesUsage = true
            call.usage = try usage.read(value)
            if let usage = call.usage { try FieldReader.check(usage) }
        case .response:
            found.statesUsage = true
            found.response = try ResponseReader.checked(value)
        case .flavor: found.exchange.flavor = try flavor(value)
        case .headers: found.exchange.headers = try headers(value)
        case .path: found.exchange.path = try text(value, field)?.string
        case .status:
            let said = try text(value, field)?.string ?? ""
            found.exchange.status = try FieldReader.status(said, field: field.name)
        }
    }

    /// Text, or the digits of a number; empty text is none.
    private func text(_ value: JSONValue, _ field: Field) throws(RecordFailure) -> JSONText? {
        guard let text = value.text ?? value.numberText else {
            throw RecordFailure("\(field.name) is not text; write a string or null")
        }
        return text.isEmpty ? nil : text
    }

    private func time(_ value: JSONValue, _ field: Field) throws(RecordFailure) -> Instant? {
        guard let text = try text(value, field) else { return nil }
        return try FieldReader.time(text, zone: .utc, field: field.name)
    }

    private func flavor(_ value: JSONValue) throws(RecordFailure) -> APIFlavor? {
        guard let name = try text(value, .flavor)?.string else { return nil }
        guard let flavor = APIFlavor(rawValue: name) else {
            throw RecordFailure(
                "flavor is \(RecordFailure.quoted(name: name)); write one of "
                    + APIFlavor.names.joined(separator: ", "))
        }
        return flavor
    }

    private func headers(_ value: JSONValue) throws(RecordFailure) -> [String: String] {
        guard value.kind == .object else {
            throw RecordFailure("headers is not an object; write {\"x-inference-provider\": \"together\"} or null")
        }
        var headers: [String: String] = [:]
        for (name, value) in value.members {
            // Some clients list the values of a header.
            let single = value.kind == .array ? value.elements.first { _ in true } : value
            guard let text = single?.text ?? single?.numberText else { continue }
            headers[name.string.lowercased()] = text.string
        }
        return headers
    }

    /// A copy of a name that may be kept.
    ///
    /// - Parameters:
    ///   - text: The name as the record has it.
    ///   - field: What a failure calls it.
    /// - Returns: The name in composed form; `nil` when it is empty.
    /// - Throws: ``RecordFailure`` when it is too long or has control characters.
    package static func name(_ text: JSONText, field: String) throws(RecordFailure) -> String? {
        try FieldReader.text(text, field: field)
    }
}
