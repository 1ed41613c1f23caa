internal import ArgumentParser
internal import FakeProvider
internal import UnixSignals

/// The fake provider as a program.
@main
struct FakeProviderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tally-fake-provider",
        abstract: "Answer model calls as OpenAI, Anthropic, Hugging Face, OpenRouter, Groq and fal would.",
        discussion: help)

    @Option(help: "Where to listen; port 0 picks a free one.")
    var listen = ListenAddress(host: "127.0.0.1", port: 9000)

    @Option(help: "The threads that serve connections.")
    var threads = 1

    @Option(help: ArgumentHelp("Speak TLS, with this certificate.", valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The private key of the certificate.", valueName: "file"))
    var tlsKey: String?

    @Option(help: "Whether calls are remembered for /_fake/calls; off is faster and takes no memory.")
    var ledger = LedgerSwitch.on

    @Option(help: "Of a hundred calls, how many have the empty string as the id in their body.")
    var emptyIDPercent = 0

    @Option(help: "What the ids are made of; without it they differ from run to run.")
    var seed: UInt64?

    func validate() throws {
        if threads < 1 || threads > 64 { throw ValidationError("--threads: \(threads): from 1 to 64") }
        if (tlsCertificate == nil) != (tlsKey == nil) {
            throw ValidationError("--tls-certificate and --tls-key go together")
        }
        if !(0...100).contains(emptyIDPercent) {
            throw ValidationError("--empty-id-percent: \(emptyIDPercent): from 0 to 100")
        }
    }

    func run() async throws {
        var settings = FakeProviderSettings()
        (settings.host, settings.port, settings.threads) = (listen.host, listen.port, threads)
        if let tlsCertificate, let tlsKey {
            settings.tls = FakeProviderSettings.TLS(certificateFile: tlsCertificate, keyFile: tlsKey)
        }
        settings.keepsLedger = ledger == .on
        settings.emptyIDPercent = emptyIDPercent
        if let seed { settings.seed = seed }
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let provider = try await FakeProvider.start(settings)
        StandardError.write("tally-fake-provider: listening on \(provider.address)\n")
        for await _ in signals { break }
        try await provider.stop()
    }

    private static var help: String {
        let items = ScriptItem.allCases.map { "  x-fake-\($0.rawValue): \($0.values)\n      \($0.effect)" }
        return """
            The first part of a path says whose shape is wanted: /openai, /anthropic, /huggingface[/PROVIDER], \
            /openrouter, /groq or /fal; without one it is OpenAI, or Anthropic for /v1/messages. What is used is a \
            function of the request: a token for each word of the prompt, and max_tokens, else a token for each piece \
            of text, for the completion.

            GET /_fake/calls tells the calls it remembers, one JSON object a line; DELETE /_fake/calls forgets them; \
            GET /_fake/counters tells what was counted.

            A request scripts its answer by headers, or query items of the same names:

            \(items.joined(separator: "\n"))
            """
    }
}
