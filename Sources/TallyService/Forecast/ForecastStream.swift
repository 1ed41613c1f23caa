internal import BlockingExecutor
internal import LogInput
internal import TallyForecast

/// Answers forecast requests as they come, in order, on a thread of its own.
package actor ForecastStream {
    private let executor = BlockingExecutor(label: "tally.forecast")
    private let lines: LineReader
    private let answerer: ForecastAnswerer

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Bytes read at once: a request of three years is a tenth of it.
    private static let blockBytes = 256 << 10

    /// A stream over an input.
    ///
    /// - Parameters:
    ///   - path: The input, plain or gzip; `-` is standard input.
    ///   - maxLineBytes: The longest line.
    /// - Throws: The fault of the input.
    package init(path: String, maxLineBytes: Int) throws {
        lines = try LineReader(
            path: path, limits: LineReader.Limits(blockBytes: Self.blockBytes, maxLineBytes: maxLineBytes))
        answerer = try ForecastAnswerer(forecaster: Forecaster())
    }

    /// Answers all requests.
    ///
    /// - Parameter write: Takes the answers, whole lines at a time, as soon as they are made.
    /// - Throws: The fault of the input, when the lines before it were answered; or what `write` throws.
    package func run(write: @Sendable ([UInt8]) throws -> Void) throws {
        while let block = try lines.nextBlock() {
            let answers = answerer.answer(block)
            if !answers.isEmpty { try write(answers) }
        }
    }
}
