internal import Foundation
internal import ProgramRunner

/// A calculator of others, called from Python as its documentation shows it.
struct ReferenceCalculator {
    let name: String
    private let program: String

    /// The calculators.
    static let all = [
        ReferenceCalculator(
            name: "litellm cost_per_token",
            program: loop(
                "import litellm",
                "litellm.cost_per_token(model=models[i % 2], prompt_tokens=1 + i % 4000, completion_tokens=1 + i % 1500)"
            )),
        ReferenceCalculator(
            name: "genai-prices calc_price",
            program: loop(
                "from genai_prices import Usage, calc_price",
                "calc_price(Usage(input_tokens=1 + i % 4000, output_tokens=1 + i % 1500), "
                    + "model_ref=models[i % 2], provider_id='openai')")),
    ]

    /// Exits with this when the package is not there.
    private static let notInstalled: Int32 = 3
    private static let limit = Duration.seconds(300)

    private static func loop(_ load: String, _ call: String) -> String {
        """
        import sys, time
        try:
            \(load)
        except ImportError:
            sys.exit(\(notInstalled))
        models = ['gpt-4o-mini', 'gpt-5-mini']
        for i in range(1000):
            \(call)
        start = time.perf_counter()
        for i in range(20000):
            \(call)
        print(20000 / (time.perf_counter() - start))
        """
    }

    /// How many calls it prices a second, the median of some rounds.
    ///
    /// - Returns: The rate; `nil` when it is not installed.
    func rate(python: String, rounds: Int) throws -> Double? {
        var rates: [Double] = []
        for _ in 0..<rounds {
            // The shell finds the program by its name.
            var run = Program(["/bin/sh", "-c", "exec \"$0\" -c \"$1\"", python, program], directory: "/")
            run.environment["PATH"] = ProcessInfo.processInfo.environment["PATH"]
            run.environment["HOME"] = NSTemporaryDirectory()
            // Its own table, not that of the day.
            run.environment["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
            let finished = try run.run(within: Self.limit)
            switch finished.ending {
            case .exited(Self.notInstalled), .exited(127): return nil
            case .exited(0): break
            default: throw BenchFailure("\(name) failed: \(finished.errors.suffix(500))")
            }
            let last = finished.output.split(separator: "\n").last.flatMap { Double($0) }
            guard let rate = last else { throw BenchFailure("\(name) does not say how fast it was") }
            rates.append(rate)
        }
        return Output.median(rates)
    }
}
