internal import FastJSON
internal import TallyCore

/// Reads tags: a flat object of names and scalar values.
enum TagReader {
    /// The tags of an object, `nil` when it has none; members that hold `null` are left out.
    static func tags(_ value: JSONValue, field: String) throws(RecordFailure) -> [String: String]? {
        guard value.kind == .object else {
            throw RecordFailure("\(field) is not an object; write {\"team\": \"ranking\"}")
        }
        var tags: [String: String] = [:]
        var place = 0
        for (name, member) in value.members {
            place += 1
            // Members are told by their place: a name may be text of the call as well as a value may.
            guard let key = try FieldReader.text(name.string, field: "\(field): the name of member \(place)") else {
                throw RecordFailure("\(field) has an empty name; name every tag")
            }
            switch member.kind {
            case .null: continue
            case .string:
                tags[key] = try FieldReader.text(member.string ?? "", field: "\(field), member \(place)") ?? ""
            case .number:
                tags[key] = try FieldReader.text(member.numberText?.string ?? "", field: "\(field), member \(place)")
            case .bool: tags[key] = member.bool == true ? "true" : "false"
            case .array, .object:
                throw RecordFailure("\(field), member \(place) is not a plain value; write a string")
            }
        }
        if tags.count > FieldReader.maximumTags {
            throw RecordFailure("\(field) has \(tags.count) members; at most \(FieldReader.maximumTags) are kept")
        }
        return tags.isEmpty ? nil : tags
    }

    /// The tags of an object that can be kept, `nil` when there are none.
    ///
    /// Members that are lists or objects, whose texts are too long or have control characters, or that are too many, are
    /// left out: what a call is sent with is none of the proxy's to refuse.
    static func plainTags(_ value: JSONValue) -> [String: String]? {
        var tags: [String: String] = [:]
        for (name, member) in value.members {
            guard let key = try? FieldReader.text(name, field: "tag"), let text = plainText(member) else { continue }
            if tags[key] == nil, tags.count == FieldReader.maximumTags { continue }
            tags[key] = text
        }
        return tags.isEmpty ? nil : tags
    }

    private static func plainText(_ member: JSONValue) -> String? {
        switch member.kind {
        case .null, .array, .object: return nil
        case .bool: return member.bool == true ? "true" : "false"
        case .string, .number:
            guard let text = member.text ?? member.numberText else { return nil }
            if text.isEmpty { return "" }
            return try? FieldReader.text(text, field: "tag")
        }
    }
}
