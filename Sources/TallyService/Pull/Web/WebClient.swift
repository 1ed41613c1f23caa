internal import CurlTransport
internal import TallyCore

/// Asks an API, again where that may help, and no faster than it allows.
actor WebClient {
    /// How an API is asked.
    struct Settings: Sendable {
        /// Fields of the head, the credential among them.
        var headers: [(name: String, value: String)] = []
        /// The environment variable the credential is from, for errors.
        var keyVariable: String?
        /// Who asks.
        var userAgent = "tally"
        /// What one answer may take.
        var limits = FetchLimits()
        /// How often one page is asked for in a row.
        var attempts = 5
        /// The longest a run waits because it is asked to; past it the run ends, and the next one comes later.
        var longestWait = Duration.seconds(60)
    }

    private let settings: Settings
    private let now: @Sendable () -> Instant
    private let pause: @Sendable (Duration) async throws -> Void
    /// Nothing is asked before then.
    private var notBefore: Instant?

    /// A client.
    ///
    /// - Parameters:
    ///   - settings: How the API is asked.
    ///   - now: The clock.
    ///   - pause: Waits.
    init(
        _ settings: Settings, now: @escaping @Sendable () -> Instant,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.settings = settings
        self.now = now
        self.pause = pause
    }

    /// The body of a good answer.
    ///
    /// - Parameters:
    ///   - address: What is asked for.
    ///   - isWhole: Whether a body is one; a document that is cut off is asked for again.
    /// - Returns: The body.
    /// - Throws: ``WebFault``; `CancellationError`.
    func body(of address: WebAddress, isWhole: @Sendable ([UInt8]) -> Bool) async throws -> [UInt8] {
        var delay = RetryDelay()
        for attempt in 1... {
            try await waitUntilAllowed()
            let fault: WebFault
            do throws(FetchError) {
                let answer = try await CurlTransport.ask(
                    WebRequest(address, headers: settings.headers), userAgent: settings.userAgent,
                    limits: settings.limits)
                let advice = RateAdvice(answer, now: now())
                if let wait = advice.wait { notBefore = now().advanced(by: wait) }
                if (200..<300).contains(answer.status), isWhole(answer.body) { return answer.body }
                fault = WebFault(
                    address: address.shown,
                    reason: (200..<300).contains(answer.status)
                        ? .cutOff : .status(answer.status, keyVariable: settings.keyVariable),
                    retryAfter: advice.retryAfter)
            } catch {
                if case .cancelled = error.reason { throw CancellationError() }
                fault = WebFault(address: address.shown, reason: .noAnswer(error), retryAfter: nil)
            }
            guard fault.isPassing, attempt < settings.attempts else { throw fault }
            let wait = fault.retryAfter ?? delay.nextWithJitter()
            guard wait <= settings.longestWait else { throw fault }
            try await pause(wait)
        }
        preconditionFailure("the attempts end")
    }

    private func waitUntilAllowed() async throws {
        guard let until = notBefore else { return }
        notBefore = nil
        let wait = Duration.microseconds(until.microseconds - now().microseconds)
        if wait <= .zero { return }
        guard wait <= settings.longestWait else {
            notBefore = until
            throw WebFault(address: "the API", reason: .limited, retryAfter: wait)
        }
        try await pause(wait)
    }
}

extension Instant {
    /// The instant so much later.
    func advanced(by duration: Duration) -> Instant {
        let (seconds, attoseconds) = duration.components
        return Instant(microseconds: microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }
}
