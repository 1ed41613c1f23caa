internal import NIOHTTP1
internal import TallyCore
internal import TallyMetering

/// Who a relayed call is charged to: of each part, the first source that states it.
///
/// The sources are the Tally key, the `X-Tally-*` headers, those of the gateways that applications may have been made
/// for, and the request's own `user` and `metadata`.
enum CallAttribution {
    /// The longest name, in bytes.
    static let maximumBytes = 1024
    /// The most tags.
    static let maximumTags = 64

    /// The attribution that headers and the key state.
    ///
    /// - Parameters:
    ///   - headers: The headers of the request.
    ///   - key: Who calls with the Tally key are charged to, if there is one.
    /// - Returns: The attribution, without what the body of the request may add.
    /// - Throws: ``ProxyRefusal`` for a header of Tally's own that cannot be read.
    static func stated(_ headers: HTTPHeaders, key: Attribution?) throws(ProxyRefusal) -> Attribution {
        var own = Named()
        var others = Named()
        for (name, value) in headers {
            guard let first = name.utf8.first, first | 0x20 == UInt8(ascii: "x") || first | 0x20 == UInt8(ascii: "h")
            else { continue }
            if CallHeaders.begins(name, "x-tally-") {
                try own.read(name, value)
            } else if CallHeaders.begins(name, "helicone-") || CallHeaders.equal(name, "x-litellm-tags") {
                others.readGateway(name, value)
            }
        }
        return Attribution(
            project: key?.project ?? own.project, user: key?.user ?? own.user ?? others.user, key: key?.key,
            tags: key?.tags ?? own.tags ?? others.tags)
    }

    /// An attribution with what the body of the request says where nothing else did.
    static func completed(_ stated: Attribution, by request: CallRequest?) -> Attribution {
        guard let request, request.user != nil || request.tags != nil else { return stated }
        return Attribution(
            project: stated.project, user: stated.user ?? request.user, key: stated.key,
            tags: stated.tags ?? request.tags)
    }
}

/// What headers name.
private struct Named {
    var project: String?
    var user: String?
    var tags: [String: String]?

    /// Reads a header of Tally's own.
    mutating func read(_ name: String, _ value: String) throws(ProxyRefusal) {
        if CallHeaders.equal(name, "x-tally-project") {
            if project == nil { project = try Self.text(value[...].withoutOuterSpace, of: name) }
        } else if CallHeaders.equal(name, "x-tally-user") {
            if user == nil { user = try Self.text(value[...].withoutOuterSpace, of: name) }
        } else if CallHeaders.equal(name, "x-tally-tags") {
            for part in value.split(separator: ",") { try readTag(part.withoutOuterSpace, of: name) }
        }
    }

    private mutating func readTag(_ part: Substring, of name: String) throws(ProxyRefusal) {
        if part.isEmpty { return }
        guard let (key, value) = Self.halves(part, at: { $0 == "=" }) else {
            throw .badHeader(name: name, mend: "write it as team=ranking,stage=prod")
        }
        guard let key = try Self.text(key, of: name), add(key, try Self.text(value, of: name) ?? "") else {
            throw .badHeader(name: name, mend: "send at most \(CallAttribution.maximumTags) tags")
        }
    }

    /// Reads a header that was meant for another gateway; what does not fit is passed over.
    mutating func readGateway(_ name: String, _ value: String) {
        if CallHeaders.equal(name, "helicone-user-id") {
            if user == nil, let value = Self.fitting(value[...]), !value.isEmpty { user = value }
        } else if CallHeaders.begins(name, "helicone-property-") {
            let key = Substring(name.utf8.dropFirst("helicone-property-".utf8.count))
            if let key = Self.fitting(key), !key.isEmpty, let value = Self.fitting(value[...]) { _ = add(key, value) }
        } else if CallHeaders.equal(name, "x-litellm-tags") {
            // Labels, of which LiteLLM's users make `key:value` by convention.
            for part in value.split(separator: ",") {
                let part = part.withoutOuterSpace
                func isMark(_ character: Character) -> Bool { character == "=" || character == ":" }
                guard let (key, value) = part.contains(where: isMark) ? Self.halves(part, at: isMark) : (part, "true"),
                    let key = Self.fitting(key), !key.isEmpty, let value = Self.fitting(value)
                else { continue }
                _ = add(key, value)
            }
        }
    }

    /// The texts before and behind the first mark; `nil` when there is none or nothing before it.
    private static func halves(
        _ text: Substring, at isMark: (Character) -> Bool
    ) -> (Substring, Substring)? {
        guard let mark = text.firstIndex(where: isMark), mark != text.startIndex else { return nil }
        return (text[..<mark].withoutOuterSpace, text[text.index(after: mark)...].withoutOuterSpace)
    }

    /// A text that records take, in composed form; `nil` for an empty one.
    private static func text(_ text: Substring, of name: String) throws(ProxyRefusal) -> String? {
        // Composing what is as long as this could only take time.
        if text.utf8.count > CallAttribution.maximumBytes { throw tooLong(name) }
        if text.utf8.contains(where: { $0 < 32 || $0 == 127 }) {
            throw .badHeader(name: name, mend: "take the control character out")
        }
        let composed = NameText.composed(String(text))
        if composed.utf8.count > CallAttribution.maximumBytes { throw tooLong(name) }
        return composed.isEmpty ? nil : composed
    }

    private static func tooLong(_ name: String) -> ProxyRefusal {
        .badHeader(name: name, mend: "send at most \(CallAttribution.maximumBytes) bytes")
    }

    /// A text as records take it, or `nil` when they would not take all of it.
    private static func fitting(_ text: Substring) -> String? {
        if text.isEmpty { return "" }
        guard text.utf8.count <= CallAttribution.maximumBytes else { return nil }
        return RecordText.fitted(String(text)).flatMap { $0 == String(text) ? $0 : nil }
    }

    private mutating func add(_ key: String, _ value: String) -> Bool {
        if let tags, tags.count >= CallAttribution.maximumTags, tags[key] == nil { return false }
        tags = tags ?? [:]
        tags?[key] = value
        return true
    }
}
