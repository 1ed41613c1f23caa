/// Decides which statements are prepared on a connection: those met a second time, the latest used ones.
struct StatementCache {
    /// What makes two statements the same to the server.
    struct Key: Hashable {
        let text: String
        let types: [PostgresType]
    }

    /// How to run a statement.
    enum Plan: Equatable {
        /// Send it whole.
        case direct
        /// Prepare it under this name, then execute.
        case prepare(String)
        /// Execute what was prepared under this name.
        case execute(String)
    }

    private struct Entry {
        var name: String?
        var lastUse: Int
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var uses = 0
    private var names = 0
    /// Names the server still holds although nothing here uses them.
    private var surplus: [String] = []

    init(capacity: Int) {
        precondition(capacity >= 0, "negative capacity")
        self.capacity = capacity
    }

    var count: Int { entries.count }

    /// The way to run a statement now.
    mutating func plan(for key: Key) -> Plan {
        guard capacity > 0 else { return .direct }
        uses += 1
        guard let entry = entries[key] else {
            if entries.count >= capacity { evictOldest() }
            entries[key] = Entry(name: nil, lastUse: uses)
            return .direct
        }
        entries[key]?.lastUse = uses
        if let name = entry.name { return .execute(name) }
        // The server holds as many as it should; it forgets some once no transaction is open.
        guard surplus.count < capacity else { return .direct }
        names += 1
        return .prepare("s\(names)")
    }

    /// Records that the server accepted a name.
    mutating func didPrepare(_ key: Key, name: String) {
        uses += 1
        entries[key] = Entry(name: name, lastUse: uses)
    }

    /// Drops a statement whose plan the server no longer accepts; it will be prepared at its next use.
    mutating func invalidate(_ key: Key) {
        guard let name = entries[key]?.name else { return }
        entries[key]?.name = nil
        surplus.append(name)
    }

    /// The names the server should forget; they are handed out once.
    mutating func takeSurplus() -> [String] {
        defer { surplus = [] }
        return surplus
    }

    private mutating func evictOldest() {
        guard let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
        entries[oldest.key] = nil
        if let name = oldest.value.name { surplus.append(name) }
    }
}
