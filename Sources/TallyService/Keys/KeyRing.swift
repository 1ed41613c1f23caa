internal import Synchronization
package import TallyCore

/// The live keys in memory, by the hashes of their secrets: what every request is checked against.
///
/// Finding one costs a hash and a look into a dictionary, about a microsecond, on any thread. It needs no comparison in
/// constant time: how long the look takes could tell of hashes only, of which no one can choose the secret.
package final class KeyRing: Sendable {
    /// A live key, and whether it was used since that was last asked.
    private final class Entry: Sendable {
        let key: LiveKey
        let isUsed = Atomic(false)

        init(_ key: LiveKey) {
            self.key = key
        }
    }

    private struct State {
        var entries: [KeyHash: Entry] = [:]
        var isKnown = false
        var hasAPIKeys = false
    }

    private let state = Mutex(State())

    /// A ring that knows nothing yet.
    package init() {}

    /// Whether the keys are known at all: an empty ring that is known says that there are none.
    package var isKnown: Bool { state.withLock { $0.isKnown } }

    /// Whether there is any live key.
    package var hasKeys: Bool { state.withLock { !$0.entries.isEmpty } }

    /// Whether any live key is one of the API, rather than of the proxy alone.
    package var hasAPIKeys: Bool { state.withLock { $0.hasAPIKeys } }

    /// What the holder of a secret may do; `nil` when it is none of a live key.
    ///
    /// - Parameter secret: What was sent behind `Bearer`.
    /// - Returns: The grant of its key, which then counts as used.
    package func find(secret: String) -> KeyGrant? {
        guard let secret = KeySecret(secret) else { return nil }
        let hash = KeyHash(of: secret)
        guard let entry = state.withLock({ $0.entries[hash] }) else { return nil }
        // Read first: the same few keys are used over and over, and a write takes the line from the other cores.
        if !entry.isUsed.load(ordering: .relaxed) { entry.isUsed.store(true, ordering: .relaxed) }
        return entry.key.grant
    }

    /// Puts the keys as they are now in the place of those before.
    package func replace(with keys: [LiveKey]) {
        state.withLock { state in
            var current: [KeyHash: Entry] = [:]
            current.reserveCapacity(keys.count)
            for key in keys {
                let known = state.entries[key.hash].flatMap { $0.key == key ? $0 : nil }
                current[key.hash] = known ?? Entry(key)
            }
            state.entries = current
            state.isKnown = true
            state.hasAPIKeys = keys.contains { $0.grant.scopes.contains { $0 != .proxy } }
        }
    }

    /// The keys used since this was last asked.
    func takeUses() -> [KeyID] {
        let all = state.withLock { Array($0.entries.values) }
        return all.filter { $0.isUsed.exchange(false, ordering: .relaxed) }.map(\.key.grant.id)
    }

    /// Takes uses back that could not be noted.
    func restoreUses(_ keys: [KeyID]) {
        let unnoted = Set(keys)
        let all = state.withLock { Array($0.entries.values) }
        for entry in all where unnoted.contains(entry.key.grant.id) { entry.isUsed.store(true, ordering: .relaxed) }
    }
}
