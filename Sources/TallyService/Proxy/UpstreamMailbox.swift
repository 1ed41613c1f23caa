internal import CurlTransport
internal import NIOCore
internal import Synchronization

/// What an upstream has sent that the event loop of its client has not taken yet.
///
/// It is filled on a thread of the transfer engine and emptied on the event loop. The loop is told once for all that
/// came before it looks, and the upstream is paused while too much lies here.
final class UpstreamMailbox: TransferReceiver {
    /// What was taken at one time.
    struct Delivery {
        var head: TransferHead?
        var bytes: ByteBuffer?
        var ending: TransferEnding?
        /// More of the request's body may be sent.
        var wantsBody = false
        /// The upstream was paused; it is to be resumed once there is room.
        var isPaused = false
    }

    private struct State {
        var delivery = Delivery()
        var isAnnounced = false
    }

    /// The bytes from which on the upstream is paused.
    private static let highWater = 1 << 18

    private let state = Mutex(State())
    private let eventLoop: any EventLoop
    private let relay: NIOLoopBound<CallRelay>
    private let allocator: ByteBufferAllocator

    /// A mailbox of a call; made on the call's event loop.
    init(of relay: CallRelay, eventLoop: any EventLoop, allocator: ByteBufferAllocator) {
        self.relay = NIOLoopBound(relay, eventLoop: eventLoop)
        self.eventLoop = eventLoop
        self.allocator = allocator
    }

    func receive(_ head: TransferHead) {
        change { $0.head = head }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> TransferFlow {
        var flow = TransferFlow.proceed
        change { delivery in
            if delivery.bytes == nil {
                delivery.bytes = allocator.buffer(capacity: bytes.count)
            }
            unsafe delivery.bytes?.writeBytes(bytes)
            if (delivery.bytes?.readableBytes ?? 0) >= Self.highWater {
                delivery.isPaused = true
                flow = .pause
            }
        }
        return flow
    }

    func wantsBody() {
        change { $0.wantsBody = true }
    }

    func finish(_ ending: TransferEnding) {
        change { $0.ending = ending }
    }

    /// Takes what lies here; on the event loop.
    func take() -> Delivery {
        state.withLock { state in
            state.isAnnounced = false
            defer { state.delivery = Delivery() }
            return state.delivery
        }
    }

    private func change(_ body: (inout Delivery) -> Void) {
        let announces = state.withLock { state in
            body(&state.delivery)
            defer { state.isAnnounced = true }
            return !state.isAnnounced
        }
        guard announces else { return }
        let relay = relay
        eventLoop.execute { relay.value.upstreamChanged() }
    }
}
