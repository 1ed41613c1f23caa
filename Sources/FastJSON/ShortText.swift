/// A text of at most sixteen bytes as two words: comparing and hashing it takes a few instructions.
package struct ShortText: Equatable, Sendable {
    @usableFromInline
    let first: UInt64
    @usableFromInline
    let last: UInt64
    @usableFromInline
    let count: Int

    /// Empty text.
    @usableFromInline
    init() {
        first = 0
        last = 0
        count = 0
    }

    /// The text; `nil` when it is longer.
    @inlinable
    @inline(__always)
    package init?(_ text: JSONText) {
        count = text.count
        switch count {
        case 8...16:
            // The words overlap where there are less than sixteen bytes; with the count they are exact all the same.
            first = text.word(at: 0)
            last = text.word(at: count - 8)
        case 4..<8:
            first = UInt64(text.halfWord(at: 0))
            last = UInt64(text.halfWord(at: count - 4))
        case 1..<4:
            first = UInt64(text.byte(at: 0)) | UInt64(text.byte(at: count / 2)) << 8
            last = UInt64(text.byte(at: count - 1))
        case 0:
            first = 0
            last = 0
        default:
            return nil
        }
    }

    /// Bits that differ for most texts.
    @inlinable
    var hash: UInt64 { mixed(first ^ UInt64(count), last ^ 0x9e37_79b9_7f4a_7c15) }
}

/// Finds the place of a text in a fixed list of short names, such as that of a key among the fields of a record.
package struct ShortNames: Sendable {
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline
        let name: ShortText
        /// `nil` where the slot is empty.
        @usableFromInline
        let place: Int?

        @usableFromInline
        init(name: ShortText, place: Int?) {
            self.name = name
            self.place = place
        }
    }

    /// A power of two, more than half of them empty.
    @usableFromInline
    var slots: [Entry]

    /// A list of names, of at most sixteen bytes each.
    package init(_ names: [String]) {
        var size = 16
        while size < names.count * 4 { size *= 2 }
        slots = [Entry](repeating: Entry(name: ShortText(), place: nil), count: size)
        for (place, name) in names.enumerated() {
            var name = name
            let short = name.withUTF8 { unsafe ShortText(JSONText(utf8: UnsafeRawBufferPointer($0))) }
            guard let short else { preconditionFailure("a name of more than sixteen bytes") }
            var slot = Int(truncatingIfNeeded: short.hash) & (size - 1)
            while slots[slot].place != nil { slot = (slot + 1) & (size - 1) }
            slots[slot] = Entry(name: short, place: place)
        }
    }

    /// The place of a name in the list, from 0; `nil` when it is not in it.
    @inlinable
    package func place(of text: JSONText) -> Int? {
        guard let name = ShortText(text) else { return nil }
        var slot = Int(truncatingIfNeeded: name.hash) & (slots.count - 1)
        while let place = slots[slot].place {
            if slots[slot].name == name { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }
}
