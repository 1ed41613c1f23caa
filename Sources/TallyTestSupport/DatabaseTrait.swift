internal import Foundation
internal import Synchronization
package import Testing

/// Gives every test, and every case of a test with arguments, a database of its own: ``TestDatabase/current``.
///
/// It is a copy of one migrated template. The database of a test that failed is kept, and its name printed, when
/// `TALLY_KEEP_DATABASES` is set.
package struct DatabaseTrait: TestTrait, SuiteTrait, TestScoping {
    /// Whether the database has the tables, or is empty.
    let isMigrated: Bool

    package var isRecursive: Bool { true }

    /// Databases in use at once: each has a pool, and the server a bounded number of sessions.
    private static let gate = Gate(width: 6)
    private static let keepVariable = "TALLY_KEEP_DATABASES"

    @concurrent
    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        await Self.gate.enter()
        do {
            try await runWithDatabase(test, testCase, function)
        } catch {
            await Self.gate.leave()
            throw error
        }
        await Self.gate.leave()
    }

    private func runWithDatabase(
        _ test: Test, _ testCase: Test.Case?, _ function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let cluster = try await TestCluster.shared
        let template = isMigrated ? try await TemplateDatabase.shared.name(on: cluster) : nil
        let name = try await cluster.createDatabase(template: template)
        let database = TestDatabase(name: name, conninfo: cluster.conninfo(database: name))
        let failed = Flag()
        let issues = IssueHandlingTrait.compactMapIssues { issue in
            failed.raise()
            return issue
        }
        let result: Result<Void, any Error>
        do {
            try await issues.provideScope(for: test, testCase: testCase) {
                try await TestDatabase.$scoped.withValue(database) { try await function() }
            }
            result = .success(())
        } catch {
            failed.raise()
            result = .failure(error)
        }
        await database.close()
        if failed.isRaised, ProcessInfo.processInfo.environment[Self.keepVariable] != nil {
            print("\(test.name): kept the database \(name): \(database.conninfo)")
        } else {
            try await cluster.dropDatabase(name)
        }
        try result.get()
    }
}

extension Trait where Self == DatabaseTrait {
    /// A migrated database of the test's own.
    package static var database: Self { DatabaseTrait(isMigrated: true) }

    /// An empty database of the test's own.
    package static var emptyDatabase: Self { DatabaseTrait(isMigrated: false) }
}

/// A flag that any task may raise.
private final class Flag: Sendable {
    private let state = Mutex(false)

    var isRaised: Bool { state.withLock { $0 } }

    func raise() { state.withLock { $0 = true } }
}
