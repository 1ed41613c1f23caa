import CurlTransport
import FastJSON
import NIOCore
import TallyConfig
import TallyCore
import TallyMetering

@testable import TallyService

/// A call as the proxy sees it pass, from which its events follow.
struct RelayedCall {
    var uri = "/v1/chat/completions"
    var settings: String?
    /// The model that the request asks for.
    var model: String?
    var account: String?
    /// The status of the response; `nil` when none came.
    var status: Int? = 200
    var headers: [(name: String, value: String)] = []
    /// The body of the response.
    var body: String?
    /// The response came as an event stream, which may have broken off.
    var stream: (text: String, isClosed: Bool)?
    var failure: TransferFailure?
    var clientLeft = false

    static let identity = EventIdentity(high: 0x0190_163d_8694_739b, low: 0xaea5_966c_26f8_ad90)

    /// The events of the call.
    func events() throws -> [UsageEvent] {
        let plan = try ProxyParts.plan(uri, settings: settings, account: account)
        var course = CallEvents.Course()
        course.failure = failure
        course.clientLeft = clientLeft
        course.isStream = stream != nil
        course.durationMs = 812
        course.requestBytes = 100
        if let status {
            course.head = TransferHead(status: status, reason: "", headers: headers, isHTTP2: false)
            course.ttfbMs = 140
            course.usage = try usage(plan, status: status)
            if let body, status >= 400 {
                course.error = ProviderError(body: ByteBuffer(string: body), parser: try JSONParser())
            }
        }
        return CallEvents(
            identity: Self.identity, time: try instant("2026-06-01T12:00:00Z"), plan: plan, attribution: .none,
            request: try ProxyParts.request(model: model)
        ).events(course)
    }

    /// The first event, that of the call itself.
    func event() throws -> UsageEvent {
        guard let event = try events().first else { throw NoEvent() }
        return event
    }

    private func usage(_ plan: CallPlan, status: Int) throws -> ResponseUsage {
        let upstream = plan.target.upstream
        let exchange = Exchange(
            provider: upstream.provider ?? plan.target.pathProvider, biller: upstream.biller, path: plan.path,
            headers: CallHeaders.table(headers), status: status)
        if let stream {
            var reader = StreamedUsage(of: exchange, parser: try JSONParser())
            reader.feed(Array(stream.text.utf8))
            return reader.finish(isClosed: stream.isClosed)
        }
        guard let body else { return .read(nil, of: exchange) }
        return try JSONParser().withDocument(body) { .read($0, of: exchange) }
    }

    private struct NoEvent: Error {}
}
