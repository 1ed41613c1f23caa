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
}
