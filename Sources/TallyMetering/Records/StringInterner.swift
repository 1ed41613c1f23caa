internal import FastJSON

/// Gives equal texts one string: logs repeat the same few names on every line, and making a string costs more than
/// finding it.
///
/// Direct-mapped and so bounded: a new text takes the place of the one that held its slot.
struct StringInterner {
    private var slots = [String](repeating: "", count: 1024)

    /// The string of a text that is a name; `nil` for empty text.
    ///
    /// A new text is checked by ``FieldReader/text(_:field:)``; what is found was checked when it came.
    mutating func name(_ text: JSONText, field: @autoclosure () -> String) throws(RecordFailure) -> String? {
        if text.isEmpty { return nil }
        let slot = Self.slot(text)
        if text == slots[slot] { return slots[slot] }
        guard let name = try FieldReader.text(text.string, field: field()) else { return nil }
        slots[slot] = name
        return name
    }

    private static func slot(_ text: JSONText) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let bytes = unsafe text.utf8
        for index in 0..<bytes.count { hash = unsafe (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3 }
        return Int((hash ^ (hash >> 32)) & 1023)
    }
}
