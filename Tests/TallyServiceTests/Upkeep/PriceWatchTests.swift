import Logging
import Synchronization
import TallyConfig
import TallyCore
import TallyTestSupport
import Testing

@testable import TallyService

struct PriceWatchTests {
    /// A database whose first answers are failures.
    private final class FailingFirst: PriceLedger {
        struct Away: Error {}

        private let failures: Int
        private let attempts = Mutex(0)

        init(failures: Int) { self.failures = failures }

        var attemptCount: Int { attempts.withLock { $0 } }

        func priceBook() async throws -> PriceBook { throw Away() }

        func lastApplication() async throws -> PriceApplication? { throw Away() }

        func apply(
            _ table: PriceTable, from application: PriceApplication, isDryRun: Bool
        ) async throws -> PriceChanges {
            let attempt = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            if attempt <= failures { throw Away() }
            return PriceChanges(added: 0, withdrawn: 0, unchanged: 0)
        }
    }

    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func changesSeenWhileTheDatabaseIsAwayAreAppliedOnceItIsBack() async throws {
        let folder = try LogFolder()
        let file = try folder.write("prices.yaml", "one")
        let prices = ConfiguredPrices(table: try SamplePrices.makeTable(), isBuiltIn: false, files: [])
        let source = FailingFirst(failures: 2)
        let watch = PriceWatch(PriceKeeper(prices: source, logger: quiet) { (prices, [file]) })
        await watch.look()
        #expect(source.attemptCount == 0)
        _ = try folder.write("prices.yaml", "another")
        for attempts in [1, 2, 3, 3] {
            await watch.look()
            #expect(source.attemptCount == attempts)
        }
    }

    @Test func signalsHeardWhileTheDatabaseIsAwayAreHeeded() async throws {
        let prices = ConfiguredPrices(table: try SamplePrices.makeTable(), isBuiltIn: false, files: [])
        let source = FailingFirst(failures: 1)
        let watch = PriceWatch(PriceKeeper(prices: source, logger: quiet) { (prices, []) })
        await watch.reload(because: "SIGHUP")
        for _ in 0..<2 { await watch.look() }
        #expect(source.attemptCount == 2)
    }

    @Test func faultyFilesAreReadAgainOnlyWhenTheyChange() async throws {
        let folder = try LogFolder()
        let file = try folder.write("prices.yaml", "one")
        let loads = Mutex(0)
        let source = FailingFirst(failures: 0)
        let keeper = PriceKeeper(prices: source, logger: quiet) {
            loads.withLock { $0 += 1 }
            if loads.withLock({ $0 }) > 1 { throw ConfigError(file: file, problem: "is faulty", mend: "mend it") }
            return (ConfiguredPrices(table: try SamplePrices.makeTable(), isBuiltIn: false, files: []), [file])
        }
        let watch = PriceWatch(keeper)
        _ = try folder.write("prices.yaml", "faulty")
        await watch.look()
        let read = loads.withLock { $0 }
        #expect(read > 1)
        await watch.look()
        #expect(loads.withLock { $0 } == read)
        #expect(source.attemptCount == 0)
    }
}
