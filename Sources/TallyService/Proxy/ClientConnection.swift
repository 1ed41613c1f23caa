internal import NIOCore
internal import NIOHTTP1
internal import TallyConfig

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// A client's connection: hands its requests to calls one after the other, and writes what they answer.
final class ClientConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let services: ProxyServices
    private let resources: LoopResources
    private let register: ClientRegister
    private var context: ChannelHandlerContext?
    private var call: CallRelay?
    /// The request that is being answered.
    private var head: HTTPRequestHead?
    /// Whether the client wants to go on with the connection behind that request.
    private var wantsToStay = false
    private var output = ResponseOutput()
    private var requestHasEnded = false
    private var responseHasBegun = false
    /// Whether the client knows the end of the response by that of the connection.
    private var endIsClose = false
    /// Requests that came before the one under way was answered.
    private var waiting: [HTTPServerRequestPart] = []
    private var isTakingWaiting = false
    private var readsAreHeld = false
    private var readIsDue = false
    /// When the client last sent or took something that was waited for.
    private var lastProgress = NIODeadline.now()
    private var watch: RepeatedTask?
    /// The last response was sent; what the client still sends is passed over.
    private var isLingering = false

    /// The parts of later requests that are kept before reading stops.
    private static let maximumWaiting = 64
    private static let watchInterval = TimeAmount.seconds(5)
    private static let lingerTime = TimeAmount.seconds(5)

    init(services: ProxyServices, resources: LoopResources, register: ClientRegister) {
        self.services = services
        self.resources = resources
        self.register = register
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { opened(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        opened(context)
        context.fireChannelActive()
    }

    private func opened(_ context: ChannelHandlerContext) {
        guard watch == nil else { return }
        register.add(self, eventLoop: context.eventLoop)
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        watch = context.eventLoop.scheduleRepeatedTask(
            initialDelay: Self.watchInterval, delay: Self.watchInterval
        ) { _ in connection.value.look() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        left()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        left()
    }

    private func left() {
        guard context != nil else { return }
        context = nil
        watch?.cancel()
        register.remove(self)
        waiting = []
        let call = call.take()
        call?.clientLeft()
    }
}

// MARK: - Requests

extension ClientConnection {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isLingering { return }
        lastProgress = .now()
        let part = unwrapInboundIn(data)
        // The parts of the request under way pass; those of the next ones wait until it is answered.
        if requestHasEnded || !waiting.isEmpty {
            waiting.append(part)
            if waiting.count >= Self.maximumWaiting { holdReads() }
        } else {
            take(part)
        }
    }

    private func take(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): begin(head)
        case .body(let bytes): call?.receive(bytes)
        case .end:
            requestHasEnded = true
            call?.endRequest()
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        guard let context else { return }
        self.head = head
        // Behind a request that proposes another protocol NIO reads no further one.
        wantsToStay = head.isKeepAlive && !head.headers.contains(name: "upgrade")
        requestHasEnded = false
        responseHasBegun = false
        do throws(ProxyRefusal) {
            if register.isStopping { throw .stopping }
            let plan = try CallPlan(head, services)
            let call = try CallRelay(
                head, plan: plan, client: self, eventLoop: context.eventLoop, allocator: context.channel.allocator,
                services: services, resources: resources, register: register)
            self.call = call
            call.begin()
            let isAwaited = head.headers.first(name: "expect")?.lowercased() == "100-continue"
            if isAwaited, !responseHasBegun { writeContinue() }
        } catch {
            refuse(error)
        }
    }

    /// Goes on with the requests that came meanwhile.
    private func takeWaiting() {
        if isTakingWaiting { return }
        isTakingWaiting = true
        defer { isTakingWaiting = false }
        while !requestHasEnded, !waiting.isEmpty { take(waiting.removeFirst()) }
        if waiting.count < Self.maximumWaiting { releaseReads() }
    }

    func read(context: ChannelHandlerContext) {
        if readsAreHeld { readIsDue = true } else { context.read() }
    }

    /// Reads nothing more from the client until ``releaseReads()``.
    func holdReads() {
        readsAreHeld = true
    }

    /// Reads from the client again.
    func releaseReads() {
        readsAreHeld = false
        guard readIsDue else { return }
        readIsDue = false
        context?.read()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What is no HTTP is answered once, where nothing has been answered yet; a broken connection is not.
        if error is HTTPParserError, call == nil, !responseHasBegun {
            refuse(.notHTTP)
        } else {
            context.close(promise: nil)
        }
    }
}

// MARK: - Responses

extension ClientConnection {
    /// Whether the client takes what it was sent.
    var isWritable: Bool { context?.channel.isWritable ?? true }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        lastProgress = .now()
        if context.channel.isWritable { call?.clientIsWritable() }
        context.fireChannelWritabilityChanged()
    }

    /// Writes the head of the response.
    func write(head status: HTTPResponseStatus, _ headers: [(name: String, value: String)]) {
        guard context != nil, let head else { return }
        responseHasBegun = true
        var headers = headers
        let isChunked = frame(&headers, status, for: head)
        if !keepsAlive { headers.append(("connection", "close")) }
        output.write(head: status, version: head.version, headers, isChunked: isChunked)
    }

    /// Says how the end of a body is told, where the headers do not.
    ///
    /// - Returns: Whether by chunks.
    private func frame(
        _ headers: inout [(name: String, value: String)], _ status: HTTPResponseStatus, for request: HTTPRequestHead
    ) -> Bool {
        if request.method == .HEAD || !status.mayHaveResponseBody {
            // A length then is that of the body there would be; with 204 there is none.
            if status == .noContent { headers.removeAll { CallHeaders.equal($0.name, "content-length") } }
            return false
        }
        if headers.contains(where: { CallHeaders.equal($0.name, "content-length") }) { return false }
        if request.version.minor >= 1 { return true }
        endIsClose = true
        return false
    }

    private func writeContinue() {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    /// Writes a piece of the body.
    func write(_ bytes: ByteBuffer) {
        guard let context else { return }
        output.write(bytes) { context.write(wrapOutboundOut($0), promise: nil) }
    }

    /// Sends what was written.
    func flush() {
        guard let context else { return }
        if let bytes = output.take() { context.write(wrapOutboundOut(bytes), promise: nil) }
        context.flush()
    }

    /// Writes the end of the response; the next request may follow.
    func end() {
        guard let context else { return }
        call = nil
        lastProgress = .now()
        output.end()
        if !keepsAlive {
            // Closed while the client still sends, the connection could break before it has read the response: then it
            // is closed once the client has, or has nothing more to say for a while.
            let (channel, lingers) = (context.channel, !requestHasEnded)
            isLingering = true
            releaseReads()
            context.writeAndFlush(wrapOutboundOut(output.take() ?? ByteBuffer())).whenComplete { _ in
                if lingers { channel.close(mode: .output, promise: nil) } else { channel.close(promise: nil) }
            }
            return
        }
        flush()
        head = nil
        requestHasEnded = false
        responseHasBegun = false
        takeWaiting()
    }

    /// Answers the request with an error of the proxy's own.
    func refuse(_ refusal: ProxyRefusal, headers own: [(name: String, value: String)] = []) {
        guard context != nil else { return }
        if head == nil {
            head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
            wantsToStay = true
        }
        let body = refusal.body
        var headers: [(name: String, value: String)] = [
            ("content-type", "application/json"), ("content-length", String(body.count)),
        ]
        headers += own
        if refusal.status == .unauthorized { headers.append(("www-authenticate", "Bearer")) }
        if refusal.status == .serviceUnavailable { headers.append(("retry-after", "1")) }
        write(head: refusal.status, headers)
        if head?.method != .HEAD { write(ByteBuffer(bytes: body)) }
        end()
    }

    /// Breaks the connection off behind what was written, so that the client does not take that for the whole.
    func abort() {
        call = nil
        guard let context else { return }
        flush()
        if endIsClose, let options = context.channel as? any SocketOptionProvider {
            // A close would be the end of the body.
            _ = options.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        context.close(promise: nil)
    }

    private var keepsAlive: Bool {
        head != nil && wantsToStay && requestHasEnded && !endIsClose && !register.isStopping
    }

    /// Closes the connection if no call is under way on it.
    func closeIfIdle() {
        if call == nil { context?.close(promise: nil) }
    }

    /// Looks whether the client keeps the proxy waiting for too long.
    private func look() {
        guard let context else { return }
        let limit = TimeAmount.seconds(Int64(services.settings.timeouts.client))
        let waited = NIODeadline.now() - lastProgress
        if isLingering, waited > Self.lingerTime { return context.close(promise: nil) }
        guard waited > limit else { return }
        if call == nil {
            context.close(promise: nil)
        } else if !requestHasEnded, !readsAreHeld, !responseHasBegun {
            let call = call.take()
            refuse(.clientTooSlow)
            call?.clientLeft()
        } else if !isWritable {
            // It is there, but it takes nothing: as good as gone.
            context.close(promise: nil)
        }
    }
}
