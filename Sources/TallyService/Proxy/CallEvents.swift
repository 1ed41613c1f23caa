internal import CurlTransport
internal import TallyConfig
internal import TallyCore
internal import TallyMetering

/// Makes the events of a relayed call from what was seen of it.
struct CallEvents {
    /// The identity of the call, which is its own event whatever ids the provider gives.
    let identity: EventIdentity
    /// When the request was sent.
    let time: Instant
    /// What was known before.
    let plan: CallPlan
    /// Who it is charged to.
    let attribution: Attribution
    /// What the request asked for, where it could be read.
    let request: CallRequest?

    /// How the exchange with the upstream went.
    struct Course {
        /// The head of the response, `nil` when none came.
        var head: TransferHead?
        /// What the response said, `nil` when none came.
        var usage: ResponseUsage?
        /// What the body of a refusal said.
        var error = ProviderError.none
        /// Why the exchange broke off.
        var failure: TransferFailure?
        /// Whether the client left before the end.
        var clientLeft = false
        /// Whether the proxy refused the rest of the request.
        var requestWasRefused = false
        /// Whether the response came as a stream.
        var isStream = false
        /// From sending the request to the head of the response, in milliseconds.
        var ttfbMs: Int?
        /// From sending the request to the end, in milliseconds.
        var durationMs: Int?
        /// Bytes of the request's body.
        var requestBytes: Int?
        /// Bytes of the response's body.
        var responseBytes: Int?
    }

    /// The statuses that HTTP has and records keep.
    private static let statuses = 100...599

    /// The events: that of the call, and one for each other model that served a part of it.
    func events(_ course: Course) -> [UsageEvent] {
        let usage = course.usage
        var event = UsageEvent(identity: identity, time: time)
        event.attribution = attribution
        event.offering = offering(usage)
        event.usage = settledUsage(course)
        event.reportedCost = usage?.reportedCost.map { min(max($0, .zero), UsageEvent.maximumCost) }
        event.requestID = usage?.requestID.flatMap(RecordText.fitted)
        event.status = course.head.flatMap { Self.statuses.contains($0.status) ? $0.status : nil }
        event.durationMs = course.durationMs
        event.ttfbMs = course.ttfbMs
        event.isStream = course.isStream
        event.outcome = outcome(course)
        event.details = details(course)
        return [event] + event.events(ofParts: usage?.parts ?? [])
    }

    private func offering(_ usage: ResponseUsage?) -> Offering {
        let upstream = plan.target.upstream
        var asked = request?.model ?? modelInPath
        var pinned: String?
        var model = usage?.model ?? asked
        if upstream.biller == Self.huggingFace {
            // Its own servers are asked by path, and what stands in the body beside it may be anything.
            let isItsOwn = upstream.route == .serverless || plan.target.pathProvider == Self.ownServers
            if isItsOwn, let model = modelInPath { asked = model }
            // Behind the router the body may have the vendor's own id, while prices are by that of the Hub, whose ids
            // have no colon: what follows one is a provider or a policy.
            if let asked {
                (model, pinned) = plan.target.pathProvider == nil ? Self.parts(ofHubModel: asked) : (asked, nil)
            }
        }
        let said = usage?.provider.flatMap(RecordText.fitted)
        let provider = said ?? upstream.provider ?? plan.target.pathProvider ?? pinned
        var route = upstream.route
        if route == .routed, provider == Self.ownServers { route = .serverless }
        var biller = upstream.biller
        if route == .routed, let provider, upstream.hasOwnKey(for: provider) {
            // The router passes the call on with the customer's own key, and its vendor sends the bill.
            route = .ownKey
            biller = provider
        }
        return Offering(
            biller: biller, provider: provider.flatMap(RecordText.fitted), model: model.flatMap(RecordText.fitted),
            route: route, account: plan.account, serviceTier: usage?.serviceTier.flatMap(RecordText.fitted))
    }

    /// The model that the path names, as the client wrote it or as the upstream is asked.
    private var modelInPath: String? {
        ModelInPath.model(path: plan.path) ?? ModelInPath.model(path: plan.target.url.prefix { $0 != "?" })
    }

    private static let huggingFace = "huggingface"
    private static let ownServers = "hf-inference"
    private static let policies: Set<Substring> = ["fastest", "cheapest", "preferred"]

    private static func parts(ofHubModel name: String) -> (model: String, provider: String?) {
        guard let colon = name.lastIndex(of: ":") else { return (name, nil) }
        let suffix = name[name.index(after: colon)...]
        return (String(name[..<colon]), policies.contains(suffix) || suffix.isEmpty ? nil : String(suffix))
    }

    /// How much was used; `nil` when that is not known.
    private func settledUsage(_ course: Course) -> UsageBuckets? {
        if let usage = course.usage?.usage { return usage }
        switch course.failure {
        // Nothing reached the provider, or it turned it away as a whole.
        case .unreachable, .untrusted, .timedOut(.connect), .badRequest: return .nothing
        default: break
        }
        // What was refused was not served (provider facts, "Errors, retries, aborted streams"); a timeout on the way may
        // hide a call that was, and fal may charge for one that it found invalid while it worked on it.
        guard let status = course.head?.status, status >= 400 else { return nil }
        let isFalsInvalid = plan.target.upstream.biller == "fal" && status == 422
        return isFalsInvalid || [408, 499, 504, 524].contains(status) ? nil : .nothing
    }

    private func outcome(_ course: Course) -> Outcome {
        if course.clientLeft { return .interrupted }
        // What broke off upstream has failed, however much of it had come.
        guard course.failure == nil, let usage = course.usage, usage.ending != .cutOff else { return .failed }
        return usage.outcome
    }

    private func details(_ course: Course) -> CallDetails {
        var details = CallDetails()
        details.upstream = plan.target.upstream.name
        details.requestedModel = request?.model.flatMap(RecordText.fitted)
        details.requestBytes = course.requestBytes
        details.responseBytes = course.responseBytes
        details.errorType = errorType(course)
        details.estimatedTimeMs = course.error.estimatedTimeMs
        if let head = course.head {
            let waited = Int64(course.ttfbMs ?? 0) * 1000
            let limits = ResponseLimits(head.headers, at: Instant(microseconds: time.microseconds + waited))
            details.retryAfterMs = limits.retryAfterMs
            details.rateLimitRemaining = limits.remaining
            details.rateLimitResetMs = limits.resetMs
        }
        return details
    }

    private func errorType(_ course: Course) -> ErrorType? {
        // A refusal is one, whether its body came whole or not.
        if let type = course.error.type { return type }
        if let status = course.head?.status, let type = ErrorType(status: status) { return type }
        switch course.failure {
        case .unreachable: return .unreachable
        case .untrusted: return .untrusted
        case .timedOut: return .timeout
        case .cutOff: return .cutOff
        case .malformed: return .malformedResponse
        case .badRequest: return .invalidRequest
        case .cancelled where course.requestWasRefused: return .invalidRequest
        case .cancelled: return course.clientLeft ? .cancelled : .other
        case .failed: return .other
        case nil: break
        }
        if course.clientLeft { return .cancelled }
        switch course.usage?.outcome {
        case .failed: return .errorInStream
        case .interrupted: return .cutOff
        default: return nil
        }
    }
}
