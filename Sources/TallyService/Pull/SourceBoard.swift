internal import Synchronization
internal import TallyConfig

/// The sources in force, for those who tell of them while they are pulled.
package final class SourceBoard: Sendable {
    /// A source that is configured.
    package struct Entry: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// What it is.
        package let kind: String
        /// Seconds from run to run.
        package let everySeconds: Int
    }

    private let state = Mutex<[Entry]>([])

    /// An empty board.
    package init() {}

    /// The sources in the order of the file.
    package var entries: [Entry] { state.withLock { $0 } }

    /// Puts a plan in force.
    package func put(_ plan: SourcePlan) {
        let entries = plan.entries.map {
            Entry(name: $0.settings.name, kind: $0.settings.kind.rawValue, everySeconds: $0.settings.everySeconds)
        }
        state.withLock { $0 = entries }
    }
}
