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
        let limit = CallAttribution.maximumBytes
        if value.utf8.count > limit, !CallHeaders.equal(name, "x-tally-tags") {
            throw .badHeader(name: name, mend: "send at most \(limit) bytes")
        }
        let text = value[...].trimming { $0 == " " }
        if CallHeaders.equal(name, "x-tally-project") {
            project = text.isEmpty ? nil : String(text)
        } else if CallHeaders.equal(name, "x-tally-user") {
            user = text.isEmpty ? nil : String(text)
        } else if CallHeaders.equal(name, "x-tally-tags") {
            for part in value.split(separator: ",") {
                let part = part.trimming { $0 == " " }
                if part.isEmpty { continue }
                guard let equals = part.firstIndex(of: "="), equals != part.startIndex else {
                    throw .badHeader(name: "X-Tally-Tags", mend: "write it as team=ranking,stage=prod")
                }
                let (key, value) = (part[..<equals], part[part.index(after: equals)...])
                guard key.utf8.count <= limit, value.utf8.count <= limit, add(key, value) else {
                    throw .badHeader(
                        name: "X-Tally-Tags",
                        mend: "send at most \(CallAttribution.maximumTags) tags of at most \(limit) bytes")
                }
            }
        }
    }

    /// Reads a header that was meant for another gateway; what does not fit is passed over.
    mutating func readGateway(_ name: String, _ value: String) {
        let limit = CallAttribution.maximumBytes
        if CallHeaders.equal(name, "helicone-user-id") {
            if !value.isEmpty, value.utf8.count <= limit { user = value }
        } else if CallHeaders.begins(name, "helicone-property-") {
            let key = name.dropFirst("helicone-property-".count)
            if !key.isEmpty, key.utf8.count <= limit, value.utf8.count <= limit { _ = add(key, value[...]) }
        } else if CallHeaders.equal(name, "x-litellm-tags") {
            // Labels, of which LiteLLM's users make `key:value` by convention.
            for part in value.split(separator: ",") {
                let part = part.trimming { $0 == " " }
                if part.isEmpty || part.utf8.count > limit { continue }
                let mark = part.firstIndex { $0 == "=" || $0 == ":" } ?? part.endIndex
                if mark == part.startIndex { continue }
                _ = add(part[..<mark], mark == part.endIndex ? "true" : part[part.index(after: mark)...])
            }
        }
    }

    private mutating func add(_ key: Substring, _ value: Substring) -> Bool {
        if (tags?.count ?? 0) >= CallAttribution.maximumTags { return false }
        tags = tags ?? [:]
        tags?[String(key)] = String(value)
        return true
    }
}
