internal import FastJSON

/// Gives equal texts one string: logs repeat the same few names on every line, and making a string costs more than
/// finding it. Direct-mapped and so bounded: a new text takes the place of the one that held its slot.
struct StringInterner {
    private var slots = [String](repeating: "", count: 1024)

    /// The string of a text.
    mutating func string(_ text: JSONText) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let bytes = unsafe text.utf8
        for index in 0..<bytes.count { hash = unsafe (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3 }
        let slot = Int((hash ^ (hash >> 32)) & 1023)
        if text == slots[slot] { return slots[slot] }
        let string = text.string
        slots[slot] = string
        return string
    }
}
