internal import NIOCore
internal import NIOPosix

/// A provider of model calls that answers as its requests ask it to: for tests, demonstrations and measurements.
///
/// It speaks HTTP/1.1 and HTTP/2, in the shapes of OpenAI, Anthropic, Hugging Face, OpenRouter, Groq and fal. Which one
/// is told by the first part of the path (`/openrouter/v1/chat/completions`); any other parts may come before the part
/// that is known. Without one it is OpenAI, or Anthropic for `/v1/messages`. What is used is a function of the request,
/// see ``FakeUsage``; headers `x-fake-…` and query items of the same names script the answer, see ``ScriptItem``.
///
/// - `POST …/chat/completions`, `…/completions`, `…/responses`, `…/messages`: whole, or as a stream with `stream`. A
///   stream of chat tells its usage only if `stream_options.include_usage` is set; OpenRouter and Groq always do. With
///   `tools` the first is called, unless `tool_choice` is `none`.
/// - `POST …/embeddings`, `…/images/generations`, `…/audio/speech`, `…/audio/transcriptions`, `GET …/models`.
/// - `POST …/hf-inference/models/{model}[/pipeline/{task}]`: `text-to-image`, and a vector for every other task.
/// - `POST /huggingface/{provider}/…`: as the router does it, with `x-inference-provider`; a suffix of the model, such as
///   `:together`, names the provider, too.
/// - `POST /fal/{model}`, with `x-fal-billable-units`.
/// - `GET /_fake/calls` and `/_fake/counters`, `DELETE /_fake/calls`: what it remembers, one JSON object a line.
///
/// Requests are read whole before they are answered, 32 MiB of each body at most.
package final class FakeProvider: Sendable {
    private let shared: SharedState
    private let group: MultiThreadedEventLoopGroup
    /// The host it listens on, as a client may name it.
    package let host: String
    /// The port it listens on.
    package let port: Int

    /// Starts a provider, which serves until it is stopped.
    ///
    /// - Parameter settings: Where it listens, and what it remembers.
    /// - Returns: The provider, ready to be called.
    /// - Throws: ``FakeProviderError`` when the address cannot be had, or the certificate not be read.
    package static func start(_ settings: FakeProviderSettings = FakeProviderSettings()) async throws -> FakeProvider {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(settings.threads, 1))
        do {
            let shared = SharedState(settings)
            let channel = try await Listener(shared, group).bind(group)
            return FakeProvider(shared, group, port: channel.localAddress?.port ?? settings.port)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    private init(_ shared: SharedState, _ group: MultiThreadedEventLoopGroup, port: Int) {
        self.shared = shared
        self.group = group
        self.port = port
        host = shared.settings.host
    }

    /// Where it is called: scheme, host and port.
    package var address: String { "\(shared.settings.tls == nil ? "http" : "https")://\(host):\(port)" }

    /// What it has counted since it started.
    package var counters: FakeCounters { shared.counters.counters }

    /// The calls it remembers, in the order they came; none without a ledger.
    package var calls: [FakeCall] { shared.ledger?.calls ?? [] }

    /// Waits until so many calls have ended, whole or cut, since it started or was last told to forget.
    ///
    /// - Parameter count: How many; more than ever come are waited for until the task is cancelled.
    /// - Returns: All calls it remembers.
    /// - Throws: `CancellationError` when the task is cancelled first.
    package func calls(ended count: Int) async throws -> [FakeCall] {
        try await shared.ledger?.ended(count)
        return calls
    }

    /// Forgets all calls.
    package func forget() { shared.ledger?.clear() }

    /// Stops at once: connections are closed, whatever is under way on them.
    ///
    /// - Throws: When the threads cannot be ended.
    package func stop() async throws { try await group.shutdownGracefully() }
}
