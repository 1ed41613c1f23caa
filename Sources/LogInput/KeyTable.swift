#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open-addressing table whose entries lie in the order of their keys.
///
/// The home of a key is its share of the key range, so the order of homes is the order of keys; keeping each cluster
/// sorted keeps the whole table sorted, and writing it out as a sorted run is one pass with no sorting.
@safe
final class KeyTable {
    private let entries: UnsafeMutablePointer<CountedKey>
    /// Slots that are homes.
    ///
    /// Behind them lie `reach` more for the keys pushed past the end.
    private let homes: Int
    private let slots: Int
    private(set) var count = 0

    /// Keys pushed further than this from home make the table full, whatever its load.
    private static let reach = 256

    /// Entries at most, in quarters of the homes: beyond, clusters grow long.
    private var countLimit: Int { homes / 4 * 3 }

    var isFull: Bool { count >= countLimit }
    var memoryBytes: Int { slots * MemoryLayout<CountedKey>.stride }

    /// The least memory a table takes.
    static let minimumBytes = (reach + 16) * MemoryLayout<CountedKey>.stride

    /// A table of at most so many bytes; nil when there is no memory.
    init?(memoryBytes: Int) {
        precondition(memoryBytes >= Self.minimumBytes)
        slots = memoryBytes / MemoryLayout<CountedKey>.stride
        homes = slots - Self.reach
        // Zeroed by the system page by page, when first touched.
        guard let memory = unsafe calloc(slots, MemoryLayout<CountedKey>.stride) else { return nil }
        unsafe entries = unsafe memory.bindMemory(to: CountedKey.self, capacity: slots)
    }

    deinit {
        unsafe free(entries)
    }

    /// The slot of a key, or where it would be put.
    func find(_ key: CountedKey) -> (slot: Int, isFound: Bool) {
        var slot = Int(key.high.multipliedFullWidth(by: UInt64(homes)).high)
        while slot < slots, unsafe entries[slot].count != 0, unsafe CountedKey.precedes(entries[slot], key) {
            slot += 1
        }
        guard slot < slots, unsafe entries[slot].count != 0 else { return (slot, false) }
        return unsafe (slot, CountedKey.same(entries[slot], key))
    }

    /// Counts the key of the slot once more; returns its count before.
    func increment(slot: Int) -> UInt64 {
        let count = unsafe entries[slot].count
        unsafe entries[slot].count = count + 1
        return count
    }

    /// Puts a new key into the slot `find` gave; false when there is no room near it.
    func insert(_ key: CountedKey, slot: Int) -> Bool {
        var empty = slot
        while empty < slots, unsafe entries[empty].count != 0 { empty += 1 }
        guard empty < slots, empty - slot <= Self.reach else { return false }
        if empty > slot {
            unsafe memmove(entries + slot + 1, entries + slot, (empty - slot) * MemoryLayout<CountedKey>.stride)
        }
        unsafe entries[slot] = key
        count += 1
        return true
    }

    /// The first entry at or behind a slot, in the order of keys.
    func entry(from slot: Int) -> (slot: Int, key: CountedKey)? {
        var slot = slot
        while slot < slots {
            if unsafe entries[slot].count != 0 { return unsafe (slot, entries[slot]) }
            slot += 1
        }
        return nil
    }

    func removeAll() {
        unsafe memset(entries, 0, memoryBytes)
        count = 0
    }
}
