internal import FastJSON
internal import NIOCore

/// Makes the answers of one event loop.
final class Responder {
    /// The most bytes of text in an answer that has to hold all of it at once.
    private static let textLimit = 16 << 20

    /// The most paths that are kept.
    private static let placesLimit = 256

    /// When calls with a seed of their own were answered, in seconds since 1970.
    private static let seededTime = 1_700_000_000

    let counters: CounterBoard
    private let ledger: CallLedger?
    private let bodyLimit: Int
    private let ids: IssuedIDs
    private let parser: JSONParser
    /// Paths that were looked at, since most come again.
    private var places: [String: (route: Route?, host: Host)] = [:]
    /// Seconds since 1970, less those the clock of NIO shows.
    private let clockOffset: Int

    init(_ shared: SharedState) throws {
        counters = shared.counters
        ledger = shared.ledger
        bodyLimit = shared.settings.ledgerBodyBytes
        ids = shared.ids
        clockOffset = shared.clockOffset
        parser = try JSONParser()
    }

    /// Whether someone wants to see all header fields.
    var keepsFields: Bool { ledger != nil }

    /// Answers a request that was read whole.
    func answer(_ request: FakeRequest) -> Answer {
        if request.path.hasPrefix("/_fake/") { return control(request) }
        counters.countRequest(path: request.path)
        var ids = ids.issue()
        let (route, host) = place(request.path)
        do {
            var script = try FakeScript(request.head)
            if ids.isEmpty { script.hasEmptyID = true }
            if let seed = script.seed { (ids.body, ids.request) = IssuedIDs.fixed(by: seed) }
            if let count = script.bodyBytes {
                let reply = Reply(contentType: "application/octet-stream", body: FillerBody(count: count))
                return enter(request, reply, script, host, ids.request)
            }
            guard let route else {
                return refuse(request, Refusal(404, host, model: ""), script, host, ids.request)
            }
            return answer(request, route, host, script, ids)
        } catch {
            let refusal = Refusal(400, host, model: "", message: error.description)
            return refuse(request, refusal, FakeScript(), host, ids.request)
        }
    }

    private func answer(
        _ request: FakeRequest, _ route: Route, _ host: Host, _ script: FakeScript,
        _ ids: (body: String, request: String, isEmpty: Bool)
    ) -> Answer {
        func refused(_ status: Int, _ model: String = "", _ message: String? = nil) -> Answer {
            refuse(request, Refusal(status, host, model: model, message: message), script, host, ids.request)
        }
        guard request.head.method == (route.isGet ? "GET" : "POST") else { return refused(405) }
        if request.isTooLong { return refused(413) }
        guard var facts = facts(of: request, route) else {
            return refused(400, "", "The body of the request is not valid JSON.")
        }
        if case .task(let model, _) = route { facts.model = model }
        if case .fal(let model) = route { facts.model = model }
        let (model, provider) = host.served(facts.model)
        if script.status >= 300 { return refused(script.status, model, script.text) }
        let holdsText = !facts.isStream || route == .responses
        if holdsText, InventedText(script).atMost(script.chunks) > Self.textLimit {
            return refused(400, model, "x-fake-chunks: this answer holds all of its text: at most 16 MiB of it")
        }
        let uptime = Int(NIODeadline.now().uptimeNanoseconds / 1_000_000_000)
        let created = script.seed == nil ? clockOffset + uptime : Self.seededTime
        let call = Call(
            host: host, facts: facts, script: script, model: model.json, provider: provider, id: ids.body,
            hasEmptyID: script.hasEmptyID, created: created,
            usage: FakeUsage(facts, script, route, requestBytes: request.bodyCount))
        var reply = Reply.of(route, call)
        if let provider { reply.fields.append(("x-inference-provider", provider)) }
        if host == .openRouter { reply.fields.append(("x-generation-id", "gen-\(call.created)-\(ids.body)")) }
        return enter(request, reply, script, host, ids.request, usage: call.usage)
    }

    /// What a path asks for; `nil` for one that is not known.
    private func place(_ path: String) -> (route: Route?, host: Host) {
        if let known = places[path] { return known }
        let place: (Route?, Host) = Route.of(path) ?? (nil, .openAI)
        if places.count < Self.placesLimit { places[path] = place }
        return place
    }

    private func facts(of request: FakeRequest, _ route: Route) -> CallFacts? {
        switch route {
        case .models: CallFacts()
        case .transcription: CallFacts(form: request.body)
        default: try? CallFacts(json: request.body, parser)
        }
    }

    private func refuse(
        _ request: FakeRequest, _ refusal: Refusal, _ script: FakeScript, _ host: Host, _ requestID: String
    ) -> Answer {
        var reply = Reply(json: refusal.body)
        reply.fields = refusal.fields
        var script = script
        script.status = refusal.status
        return enter(request, reply, script, host, requestID)
    }

    private func enter(
        _ request: FakeRequest, _ reply: Reply, _ script: FakeScript, _ host: Host, _ requestID: String,
        usage: FakeUsage? = nil
    ) -> Answer {
        let head = request.head
        let requestID = host.requestID(requestID)
        let ticket = ledger?.enter(
            FakeCall(
                method: head.method, target: head.target, isHTTP2: head.isHTTP2, headers: head.fields,
                body: Array(request.body.readableBytesView.prefix(bodyLimit)), bodyCount: request.bodyCount,
                status: script.status, bodyID: reply.bodyID, requestID: requestID, usage: usage,
                tellsUsage: reply.tellsUsage))
        var answer = Answer(
            status: script.status,
            fields: [("content-type", reply.contentType), (host.requestIDField, requestID)] + reply.fields,
            body: reply.body)
        answer.isStream = reply.isStream
        answer.script = script
        answer.ticket = ticket
        (answer.closes, answer.mayBeChunked) = (head.closes, head.knowsChunks)
        return answer
    }

    /// What the provider tells of itself.
    private func control(_ request: FakeRequest) -> Answer {
        func answer(_ status: Int, _ type: String, _ text: String) -> Answer {
            var answer = Answer(
                status: status, fields: [("content-type", type)], body: WholeBody(ByteBuffer(string: text)))
            (answer.closes, answer.mayBeChunked) = (request.head.closes, request.head.knowsChunks)
            return answer
        }
        switch (request.head.method, request.path) {
        case ("GET", "/_fake/counters"): return answer(200, "application/json", counters.json + "\n")
        case ("GET", "/_fake/calls"):
            guard let ledger else { return answer(404, "text/plain", "no calls are remembered: --ledger is off\n") }
            return answer(200, "application/jsonl", ledger.calls.map { $0.json + "\n" }.joined())
        case ("DELETE", "/_fake/calls"):
            ledger?.clear()
            return answer(204, "text/plain", "")
        default:
            return answer(404, "text/plain", "there are GET and DELETE /_fake/calls, and GET /_fake/counters\n")
        }
    }
}
