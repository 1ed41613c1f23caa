internal import FastJSON

/// Whether a streamed completion lacks the question for its usage, and how to put it in.
enum UsageQuestion {
    /// The change that makes a request ask for usage.
    ///
    /// Of a member that stands there more than once the last one counts, as with nearly everyone who reads JSON. What
    /// the client has said itself, `true` or `false`, stands, and so does what is neither.
    ///
    /// - Parameters:
    ///   - root: The request, an object.
    ///   - source: The same in its text.
    /// - Returns: The change; `nil` when there is nothing to ask for.
    static func edit(_ root: JSONValue, in source: JSONSource) -> BodyEdit? {
        guard let options = last("stream_options", of: root) else {
            return insertion(#""stream_options":{"include_usage":true}"#, at: source.inside, before: root)
        }
        guard let range = source.value(ofMember: options.number) else { return nil }
        if options.value.isNull { return BodyEdit(range, #"{"include_usage":true}"#) }
        guard options.value.kind == .object, let inner = source.object(at: range.lowerBound) else { return nil }
        guard let usage = last("include_usage", of: options.value) else {
            return insertion(#""include_usage":true"#, at: inner.inside, before: options.value)
        }
        guard usage.value.isNull, let place = inner.value(ofMember: usage.number) else { return nil }
        return BodyEdit(place, "true")
    }

    private static func insertion(_ member: String, at place: Int, before rest: JSONValue) -> BodyEdit {
        BodyEdit(place..<place, rest.count > 0 ? member + "," : member)
    }

    /// The last member of some name, with its number.
    private static func last(_ name: StaticString, of object: JSONValue) -> (number: Int, value: JSONValue)? {
        var found: (number: Int, value: JSONValue)?
        var number = 0
        for (key, value) in object.members {
            if key == name { found = (number, value) }
            number += 1
        }
        return found
    }
}
