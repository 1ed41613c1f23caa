/// Values made from keys, remembered: the last few by comparing, the others by hashing.
///
/// Comparing costs little as long as equal texts are the same string in memory. Bounded: when it is full it starts anew.
struct Remembered<Key: Hashable, Value> {
    private var recent: [(key: Key, value: Value)] = []
    private var next = 0
    private var all: [Key: Value] = [:]
    private let capacity: Int

    private static var recentCount: Int { 8 }

    /// A memory of at most so many values.
    init(capacity: Int) {
        self.capacity = capacity
        recent.reserveCapacity(Self.recentCount)
    }

    /// The value of a key, or `nil`.
    mutating func value(of key: Key) -> Value? {
        for entry in recent.indices where recent[entry].key == key { return recent[entry].value }
        guard let value = all[key] else { return nil }
        keepRecent(key, value)
        return value
    }

    /// Remembers the value of a key.
    mutating func remember(_ value: Value, of key: Key) {
        if all.count >= capacity { all.removeAll() }
        all[key] = value
        keepRecent(key, value)
    }

    /// Forgets all values.
    mutating func removeAll() {
        recent.removeAll(keepingCapacity: true)
        next = 0
        all.removeAll()
    }

    private mutating func keepRecent(_ key: Key, _ value: Value) {
        if recent.count < Self.recentCount {
            recent.append((key, value))
        } else {
            recent[next] = (key, value)
            next = (next + 1) % Self.recentCount
        }
    }
}
