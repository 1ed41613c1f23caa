internal import CurlTransport
internal import FastJSON
internal import TallyConfig
internal import TallyCore
internal import TallyMetering

/// Asks OpenRouter for the calls whose usage or cost is not settled, one by one, and stores what it says of them.
///
/// What it says is merged with the call by its id. A call is not asked for again once it was answered; one that is not there
/// yet is, after pauses that grow, until it is older than the look-back.
actor GenerationReader: SourceReading {
    /// Which calls are asked for, and where.
    struct Settings: Sendable {
        /// The source's name.
        var source: String
        /// Where the API is.
        var address: String
        /// How old a call may be, in seconds.
        var lookBackSeconds: Int
        /// The most calls of one run.
        var maximumCalls: Int

        /// The settings of a source; `nil` when it makes no such read.
        init?(_ source: SourceSettings, _ web: WebSourceSettings) {
            guard source.kind == .openRouter, web.reads?.contains(GenerationReader.item) ?? true else { return nil }
            self.source = source.name
            address = web.address
            lookBackSeconds = web.lookBackSeconds
            maximumCalls = web.maximumGenerations
        }
    }

    /// The name of the read, and of its checkpoint.
    static let item = "generations"

    private let settings: Settings
    private let client: WebClient
    private let now: @Sendable () -> Instant
    private var progress = GenerationProgress()

    init(_ settings: Settings, client: WebClient, now: @escaping @Sendable () -> Instant) {
        self.settings = settings
        self.client = client
        self.now = now
    }

    func run(_ task: PullTask) async throws -> PullOutcome {
        let parser = try JSONParser()
        if let checkpoints = task.checkpoints {
            progress =
                checkpoints.first { $0.item == Self.item }.map { GenerationProgress($0, parser: parser) }
                ?? GenerationProgress()
        }
        let known = progress
        let since = now().advanced(by: .seconds(-settings.lookBackSeconds))
        progress.forget(before: since)
        let calls = try await task.store.unsettledCalls.unsettledCalls(
            UnsettledCallQuery(
                biller: OpenRouterGeneration.biller, since: since, settledBy: OpenRouterGeneration.formName,
                excluding: progress.resting(at: now()), limit: settings.maximumCalls))
        var outcome = PullOutcome()
        do {
            for call in calls {
                try Task.checkCancellation()
                try await settle(call, parser, task, &outcome)
            }
        } catch let fault as WebFault {
            outcome.fail("\(Self.item): \(fault)")
            outcome.retryAfter = fault.retryAfter
        } catch let error as FetchError {
            outcome.fail("\(Self.item): \(error)")
        }
        // Once a run: lost to a crash, it costs a question more.
        if progress != known {
            try await task.store.ledger.save(progress.checkpoint(item: Self.item), of: settings.source)
        }
        return outcome
    }

    /// Asks for one call and stores the answer.
    private func settle(
        _ call: UnsettledCall, _ parser: JSONParser, _ task: PullTask, _ outcome: inout PullOutcome
    ) async throws {
        let address = try WebAddress(
            "\(settings.address)/generation?id=\(WebReads.escaped(call.requestID))")
        guard progress.hasRoom(for: call) else {
            throw WebFault(
                address: address.shown, reason: .unknownCalls(limit: GenerationProgress.maximumCalls), retryAfter: nil)
        }
        let event: UsageEvent
        do {
            let body = try await client.body(of: address) { PageReader.isWhole($0) }
            event = try Self.event(body, of: call, parser, task.book.aliases, address.shown)
        } catch let fault as WebFault where fault.isAboutContent {
            // The next run goes on behind it, whatever is wrong with it.
            progress.postpone(call, at: now())
            if fault.isAbsence { return }
            throw fault
        }
        outcome.counts.read += 1
        var pricer = EventPricer(book: task.book)
        let counts = try await task.store.storeEvents(
            EventBatch(
                events: [PricedEvent(event: event, charge: pricer.charge(event))], book: task.book,
                origin: EventOrigin(
                    name: settings.source, form: OpenRouterGeneration.formName, rank: .export),
                checkpoint: nil))
        outcome.add(counts)
        if counts.merged > 0 {
            progress.forget(call)
        } else {
            // It became an event of its own, or was there; asking again would tell no more.
            progress.giveUp(call, at: now())
        }
    }

    private static func event(
        _ body: [UInt8], of call: UnsettledCall, _ parser: JSONParser, _ aliases: ProviderAliases, _ address: String
    ) throws -> UsageEvent {
        func fault(_ detail: String) -> WebFault {
            WebFault(address: address, reason: .unexpected(detail: detail), retryAfter: nil)
        }
        do {
            return try parser.withDocument(body) {
                try OpenRouterGeneration.read($0, of: call.requestID, aliases: aliases)
            }
        } catch let failure as RecordFailure {
            throw fault(failure.description)
        } catch let error as JSONError {
            throw fault("no JSON (\(error.description))")
        }
    }
}

extension WebFault {
    /// Whether there is nothing at the address, or not yet.
    fileprivate var isAbsence: Bool {
        if case .status(404, _) = reason { true } else { false }
    }

    /// Whether what was asked for may be at fault, rather than the credential, the pace or the network.
    fileprivate var isAboutContent: Bool {
        switch reason {
        case .status(let status, _): ![401, 402, 403, 408, 429].contains(status)
        case .cutOff, .unexpected: true
        case .noAnswer, .limited, .endless, .unknownCalls: false
        }
    }
}
