internal import TallyCore

/// Attributions by the numbers of their parts.
///
/// A log has tens of thousands of them in no order, so that finding one waits for memory: key and value lie together.
/// Bounded: when it is full it starts anew.
struct AttributionTable {
    private struct Entry {
        var key = EventParts.ChargedIDs()
        /// `nil` where the slot is empty.
        var attribution: Attribution?
    }

    /// A power of two, at least half of them empty.
    private var slots: [Entry]
    private var count = 0
    private let capacity: Int

    private static let leastSlots = 64

    /// A table of at most so many attributions.
    init(capacity: Int) {
        self.capacity = capacity
        slots = [Entry](repeating: Entry(), count: Self.leastSlots)
    }

    /// The attribution of a key, or `nil`.
    subscript(key: EventParts.ChargedIDs) -> Attribution? {
        slots[slot(of: key)].attribution
    }

    /// Remembers the attribution of a key that has none yet.
    mutating func remember(_ attribution: Attribution, of key: EventParts.ChargedIDs) {
        if count >= capacity { removeAll() }
        if count * 2 >= slots.count { grow() }
        slots[slot(of: key)] = Entry(key: key, attribution: attribution)
        count += 1
    }

    /// Forgets all attributions.
    mutating func removeAll() {
        slots = [Entry](repeating: Entry(), count: Self.leastSlots)
        count = 0
    }

    /// The slot of a key, or the empty one where it would be put.
    private func slot(of key: EventParts.ChargedIDs) -> Int {
        var slot = Int(truncatingIfNeeded: key.mixed) & (slots.count - 1)
        while slots[slot].attribution != nil, slots[slot].key != key { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private mutating func grow() {
        let old = slots
        slots = [Entry](repeating: Entry(), count: old.count * 2)
        for entry in old where entry.attribution != nil { slots[slot(of: entry.key)] = entry }
    }
}

extension EventParts.ChargedIDs {
    /// Bits that differ for most keys.
    fileprivate var mixed: UInt64 {
        let first = UInt64(project.bits) << 32 | UInt64(user.bits)
        let last = UInt64(key.bits) << 32 | UInt64(tags.bits)
        let product = (first ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: last ^ 0xe703_7ed1_a0b4_28db)
        return product.high ^ product.low
    }
}
