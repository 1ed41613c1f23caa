import FastJSON
import Foundation
import PostgresClient
import TallyCore
import TallyMetering
import TallyStore
import TallyTestSupport
import Testing

@testable import TallyService

/// Runs of one source of a test, with a clock of its own.
final class PullTesting {
    /// A time at which every file of a test has just been written.
    static var justNow: Instant { Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }

    let database: TestDatabase
    let source: String
    private let store: PullStore
    private let book: PriceBook
    private var reader: (any SourceReading)?

    init(_ database: TestDatabase, source: String = "logs") throws {
        self.database = database
        self.source = source
        store = PullStore(database.tally)
        book = try SamplePrices.makeTable().makeBook()
    }

    /// Runs the source; with another reader than before from its checkpoints, as after a start.
    @discardableResult
    func run(_ reading: any SourceReading) async throws -> PullOutcome {
        let isSame = reader.map { $0 as AnyObject === reading as AnyObject } ?? false
        let checkpoints = isSame ? nil : try await store.ledger.checkpoints(of: source)
        reader = reading
        return try await reading.run(PullTask(store: store, book: book, checkpoints: checkpoints))
    }

    /// How many events there are.
    var events: Int {
        get async throws { try await database.count("SELECT count(*) FROM events") }
    }
}
