internal import Synchronization

/// The calls of a load, and who waits for what of them.
final class LoadBook: Sendable {
    private struct Watch {
        let id: Int
        let holds: @Sendable (LoadCounts) -> Bool
        let action: @Sendable () -> Void
    }

    private struct State {
        var nextCall: Int
        var isStopping = false
        var counts = LoadCounts()
        var calls: [LoadCall] = []
        var watches: [Watch] = []
        var nextWatch = 0
    }

    let project: String
    private let mix: LoadMix
    private let state: Mutex<State>

    init(_ settings: LoadSettings) {
        project = settings.project
        mix = settings.mix
        state = Mutex(State(nextCall: settings.firstCall))
        state.withLock { $0.counts.connections = settings.connections }
    }

    /// What has come so far.
    var counts: LoadCounts { state.withLock { $0.counts } }

    /// The calls that have ended.
    var calls: [LoadCall] { state.withLock { $0.calls } }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Lets no further call begin.
    func stop() { change { $0.isStopping = true } }

    /// The next call, none once the load is to stop.
    func begin() -> LoadCall? {
        change { state in
            if state.isStopping { return nil }
            state.counts.sent += 1
            defer { state.nextCall += 1 }
            return LoadCall(number: state.nextCall, of: mix)
        }
    }

    /// Enters a call that has ended.
    func end(_ call: LoadCall) {
        change { state in
            state.calls.append(call)
            if call.ending == .cut {
                state.counts.cut += 1
            } else if call.isServed {
                state.counts.served += 1
            } else {
                state.counts.refused += 1
            }
        }
    }

    func notePiece() { change { $0.counts.pieces += 1 } }

    func noteClosed() { change { $0.counts.connections -= 1 } }

    /// Does something once, as soon as a condition holds: on the thread of the connection that makes it hold.
    ///
    /// - Returns: The number by which it can be called off.
    func when(_ holds: @escaping @Sendable (LoadCounts) -> Bool, do action: @escaping @Sendable () -> Void) -> Int {
        change { state in
            state.nextWatch += 1
            state.watches.append(Watch(id: state.nextWatch, holds: holds, action: action))
            return state.nextWatch
        }
    }

    /// Calls off what was to be done.
    func callOff(_ watch: Int) { state.withLock { $0.watches.removeAll { $0.id == watch } } }

    private func change<Value>(_ body: (inout State) -> Value) -> Value {
        let (value, due) = state.withLock { state in
            let value = body(&state)
            let counts = state.counts
            let due = state.watches.filter { $0.holds(counts) }
            if !due.isEmpty {
                let ids = Set(due.map(\.id))
                state.watches.removeAll { ids.contains($0.id) }
            }
            return (value, due)
        }
        for watch in due { watch.action() }
        return value
    }
}
