internal import NIOCore
internal import NIOHTTP1

/// One connection: sends a call, takes its response, and so on.
final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// The bytes kept of a body that is no answer to the call.
    private static let refusalBytes = 4096

    private let book: LoadBook
    private let slot: LoadSlot
    private let host: String
    private var call: LoadCall?
    private var terminal = TerminalEvent()
    /// Whether the end of the response can be told from a broken connection.
    private var isFramed = false
    private var keepsAlive = true
    private var hasLeft = false

    init(_ book: LoadBook, slot: LoadSlot, host: String) {
        self.book = book
        self.slot = slot
        self.host = host
    }

    func channelActive(context: ChannelHandlerContext) {
        next(context)
    }

    private func next(_ context: ChannelHandlerContext) {
        guard keepsAlive, let call = book.begin() else { return context.close(promise: nil) }
        self.call = call
        terminal = TerminalEvent()
        isFramed = false
        for part in LoadRequest.parts(call, project: book.project, host: host) {
            context.write(wrapOutboundOut(part), promise: nil)
        }
        let sent = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if call.kind == .leftBeforeHead { sent.assumeIsolated().whenComplete { _ in self.leave(context) } }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if hasLeft { return }
        slot.isAnswered()
        switch unwrapInboundIn(data) {
        case .head(let head):
            call?.status = Int(head.status.code)
            call?.eventID = head.headers.first(name: "x-tally-event-id")
            isFramed = head.headers.contains(name: "content-length") || head.headers.contains(name: "transfer-encoding")
            keepsAlive = head.isKeepAlive
        case .body(let bytes):
            call?.bodyBytes += bytes.readableBytes
            if call?.kind.isStream == true {
                terminal.feed(bytes)
                call?.hasTerminalEvent = terminal.isSeen
            }
            if let status = call?.status, status != 200 {
                let room = Self.refusalBytes - (call?.refusal.count ?? 0)
                call?.refusal += bytes.readableBytesView.prefix(max(room, 0))
            }
        case .end:
            end(isFramed ? .whole : .cut)
            return next(context)
        }
        book.notePiece()
        if call?.kind == .leftAmidStream, call?.bodyBytes ?? 0 > 0 { leave(context) }
    }

    /// Closes the connection; what has come already is passed over.
    private func leave(_ context: ChannelHandlerContext) {
        hasLeft = true
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.cut)
        slot.closed()
    }

    private func end(_ ending: LoadCall.Ending) {
        guard var call = call.take() else { return }
        call.ending = ending
        book.end(call)
    }
}
