/// Numbers the texts it is given, from 0 on, equal ones alike.
///
/// Finding a text takes a hash and a comparison of bytes: no string is made for it.
package struct TextTable: Sendable {
    /// A power of two; of each text the upper half of its hash and, below, one more than its number.
    private var slots: [UInt64]
    /// Where each text begins among the bytes, and behind the last the end.
    private var starts: [Int] = [0]
    private var bytes: [UInt8] = []
    /// Of its own for each table, so that no log can be written to make all texts collide.
    private let seed = UInt64.random(in: 0...(.max))

    private static let leastSlots = 256

    /// An empty table.
    package init() {
        slots = [UInt64](repeating: 0, count: Self.leastSlots)
    }

    /// How many texts there are.
    package var count: Int { starts.count - 1 }
    /// The bytes of all texts together.
    package var byteCount: Int { bytes.count }

    /// The number of a text, `nil` when it has none yet.
    package func number(of text: JSONText) -> Int? {
        let hash = text.hash(seed: seed)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            if slots[slot] >> 32 == hash >> 32 {
                let number = Int(truncatingIfNeeded: slots[slot] & 0xFFFF_FFFF) - 1
                let start = starts[number]
                if starts[number + 1] - start == text.count, text.equals(bytes, from: start) { return number }
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The number of a text that lies in an array, `nil` when it has none yet.
    package func number(of text: [UInt8]) -> Int? {
        unsafe text.withUnsafeBytes { unsafe number(of: JSONText(utf8: $0)) }
    }

    /// Gives a text that has none the next number.
    @discardableResult
    package mutating func add(_ text: JSONText) -> Int {
        precondition(count < Int(UInt32.max) - 1)
        if count * 2 >= slots.count { grow() }
        let number = count
        unsafe bytes.append(contentsOf: text.utf8)
        starts.append(bytes.count)
        place(number, hash: text.hash(seed: seed))
        return number
    }

    /// Gives a text that lies in an array and has none the next number.
    @discardableResult
    package mutating func add(_ text: [UInt8]) -> Int {
        unsafe text.withUnsafeBytes { unsafe add(JSONText(utf8: $0)) }
    }

    /// Forgets all texts.
    package mutating func removeAll() {
        slots = [UInt64](repeating: 0, count: Self.leastSlots)
        starts = [0]
        bytes.removeAll()
    }

    private mutating func grow() {
        slots = [UInt64](repeating: 0, count: slots.count * 2)
        for number in 0..<count {
            let hash = unsafe bytes.withUnsafeBytes { all in
                let text = unsafe UnsafeRawBufferPointer(rebasing: all[starts[number]..<starts[number + 1]])
                return unsafe JSONText(utf8: text).hash(seed: seed)
            }
            place(number, hash: hash)
        }
    }

    private mutating func place(_ number: Int, hash: UInt64) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = (hash & ~0xFFFF_FFFF) | UInt64(number + 1)
    }
}
