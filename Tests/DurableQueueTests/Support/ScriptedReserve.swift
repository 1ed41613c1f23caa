import Foundation
import GRDB
import Synchronization

@testable import DurableQueue

/// A disk of a test's making: SQLite may have so many pages and no more, and giving up the reserve adds some.
///
/// SQLite's refusal is its own (`max_page_count`); only why it comes, and how it goes, is not that of a real disk. A real
/// one is the business of `scripts/test-full-disk`.
final class ScriptedReserve: SpaceReserve {
    private struct State {
        var steps: Int
        var isFull = false
        var database: DatabaseQueue?
    }

    private static let roomy = 1_000_000
    private let allSteps: Int
    private let pagesPerStep: Int
    private let state: Mutex<State>

    init(steps: Int, pagesPerStep: Int) {
        allSteps = steps
        self.pagesPerStep = pagesPerStep
        state = Mutex(State(steps: steps))
    }

    /// How much of the reserve is left.
    var steps: Int { state.withLock { $0.steps } }

    /// Lets the disk be full from now on, but for what is free in the file.
    func fillDisk(under database: DatabaseQueue) throws {
        state.withLock {
            $0.isFull = true
            $0.database = database
        }
        try database.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
    }

    /// Gives the disk its room back.
    func clearDisk(under database: DatabaseQueue) throws {
        try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(Self.roomy)") }
        state.withLock { $0.isFull = false }
    }

    func fill() throws(SystemFault) {
        let isFilled = state.withLock { state in
            if !state.isFull { state.steps = allSteps }
            return state.steps == allSteps
        }
        if !isFilled { throw SystemFault(ENOSPC) }
    }

    func giveUp(_ bytes: Int) -> Bool {
        let database = state.withLock { state -> DatabaseQueue? in
            guard state.steps > 0 else { return nil }
            state.steps -= 1
            return state.database
        }
        guard let database else { return false }
        try? database.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA max_page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages + self.pagesPerStep)")
        }
        return true
    }
}
