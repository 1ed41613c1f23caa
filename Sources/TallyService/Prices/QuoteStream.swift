internal import BlockingExecutor
internal import LogInput
package import TallyCore

/// Prices JSON lines as they come, on several threads, and writes the quotes in the order of the lines.
///
/// Reading and writing have a thread each, so that a quote is on its way as soon as it is made, though the next line may
/// be long in coming. Only so many blocks of lines are held at once.
package struct QuoteStream: Sendable {
    /// How much is read at once, and on how many threads it is priced.
    package struct Limits: Sendable {
        /// Bytes of the longest line.
        package var maxLineBytes = 16 << 20
        /// Bytes read at once.
        package var blockBytes = 256 << 10
        /// Threads that price.
        package var threads = 2

        /// Lines of 16 MiB, priced by two threads.
        package init() {}
    }

    private let book: PriceBook
    private let defaults: QuoteDefaults
    private let limits: Limits
    private let clock: @Sendable () -> Instant

    /// Blocks in work for each thread.
    private static let blocksPerThread = 2

    /// A stream that prices from a book.
    ///
    /// - Parameters:
    ///   - book: The prices.
    ///   - defaults: What lines do not say.
    ///   - limits: How much at once.
    ///   - clock: The time of calls that do not say theirs.
    package init(
        book: PriceBook, defaults: QuoteDefaults, limits: Limits = Limits(), clock: @escaping @Sendable () -> Instant
    ) {
        self.book = book
        self.defaults = defaults
        self.limits = limits
        self.clock = clock
    }

    /// What one of the tasks at work has done.
    private enum Step: Sendable {
        case read(OwnedLineBlock)
        case readAll
        /// The input cannot be read any further.
        case failed(LogInputError)
        case priced(place: Int, quotes: [UInt8])
    }

    /// Prices all lines of an input.
    ///
    /// - Parameters:
    ///   - path: The input, plain or gzip; `-` is standard input.
    ///   - write: Takes the quotes, whole lines at a time, in order.
    /// - Throws: The fault of the input, when the lines before it were priced; or what `write` throws.
    package func run(
        path: String, write: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws {
        let reader = try BlockReader(path: path, limits: limits)
        let writer = BlockWriter(write)
        let pricers = try (0..<max(limits.threads, 1)).map { _ in try BlockPricer(book: book, defaults: defaults) }
        try await withThrowingTaskGroup(of: Step.self) { group in
            var queue = QuoteQueue(capacity: pricers.count * Self.blocksPerThread)
            var failure: LogInputError?
            group.addTask { try await reader.next() }
            while let step = try await group.next() {
                switch step {
                case .read(let block):
                    let place = queue.begin()
                    let pricer = pricers[place % pricers.count]
                    group.addTask { [clock] in
                        Step.priced(place: place, quotes: await pricer.price(block, now: clock()))
                    }
                case .readAll: queue.end()
                case .failed(let error):
                    queue.end()
                    failure = error
                case .priced(let place, let quotes):
                    queue.finish(place, quotes)
                    while let ready = queue.takeReady() { try await writer.write(ready) }
                }
                if queue.startReading() { group.addTask { try await reader.next() } }
            }
            if let failure { throw failure }
        }
    }

    /// Reads blocks of lines on a thread of its own.
    private actor BlockReader {
        private let executor = BlockingExecutor(label: "tally.price.read")
        private let lines: LineReader

        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

        init(path: String, limits: Limits) throws {
            lines = try LineReader(
                path: path,
                limits: LineReader.Limits(blockBytes: limits.blockBytes, maxLineBytes: limits.maxLineBytes))
        }

        func next() throws -> Step {
            do throws(LogInputError) {
                guard let block = try lines.nextBlock() else { return .readAll }
                return .read(OwnedLineBlock(block))
            } catch {
                return .failed(error)
            }
        }
    }

    /// Prices blocks, one after the other.
    private actor BlockPricer {
        private var pricer: LinePricer

        init(book: PriceBook, defaults: QuoteDefaults) throws {
            pricer = try LinePricer(book: book, defaults: defaults)
        }

        func price(_ block: OwnedLineBlock, now: Instant) -> [UInt8] {
            block.withLines { pricer.price($0, now: now) }
        }
    }

    /// Writes on a thread of its own, since whoever reads may be slow.
    private actor BlockWriter {
        private let executor = BlockingExecutor(label: "tally.price.write")
        private let body: @Sendable ([UInt8]) throws -> Void

        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

        init(_ body: @escaping @Sendable ([UInt8]) throws -> Void) { self.body = body }

        func write(_ bytes: [UInt8]) throws { try body(bytes) }
    }
}
