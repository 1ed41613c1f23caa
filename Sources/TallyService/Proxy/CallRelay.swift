internal import CurlTransport
internal import DurableQueue
internal import NIOCore
internal import NIOHTTP1
internal import TallyConfig
internal import TallyCore
internal import TallyMetering

/// One call on its way through the proxy, from the head of its request to the end of its response.
///
/// It lives on the event loop of its client. The call is relayed first and metered beside: what the upstream sends goes
/// on as it comes, but for the end that the client waits for, which is held back until the call is recorded (I4).
///
/// Its parts are in files of their own: the request, the response, the record, and what the client does.
final class CallRelay {
    /// The bytes of a request that may wait for the upstream.
    static let uploadWindow = 1 << 19

    /// How far the record of the call is.
    enum Record {
        /// It will be made; the place for it in the spool is taken.
        case due(Reservation)
        case beingWritten
        /// It is on disk, or the call is none that is recorded.
        case done
    }

    let services: ProxyServices
    let resources: LoopResources
    let register: ClientRegister
    let eventLoop: any EventLoop
    let allocator: ByteBufferAllocator
    /// The client's connection; `nil` once the client has left.
    weak var client: ClientConnection?
    let head: HTTPRequestHead
    let plan: CallPlan
    let identity: EventIdentity
    let time: Instant
    /// Whether there is or will be an event of the call: not where it passes though the spool is full.
    let isRecorded: Bool

    // The request.
    var intake: RequestIntake
    var request: CallRequest?
    var attribution: Attribution
    var unsentBytes = 0
    var isSent = false
    var sentAt = NIODeadline.uptimeNanoseconds(0)

    // The upstream.
    var mailbox: UpstreamMailbox?
    var transfer: Transfer?
    var hasEnded = false
    var drainedBytes = 0
    var drainTimer: Scheduled<Void>?

    // The response.
    var course = CallEvents.Course()
    /// The body of a call that is recorded; of others nothing is held.
    var body: RelayedBody?
    var isRewritten = false
    var headIsHeld = true
    /// Whether the terminal event has come.
    var responseIsOver = false
    /// What the call has cost, for the head of a response that was gathered.
    var cost: Money?
    var record: Record

    /// A call of a client.
    ///
    /// - Parameters:
    ///   - head: The head of its request.
    ///   - plan: Where it goes.
    ///   - client: Its connection.
    ///   - eventLoop: The event loop of the connection.
    ///   - allocator: Where memory for bodies comes from.
    ///   - services: What all calls share.
    ///   - resources: What the calls of this event loop share.
    ///   - register: Counts the calls under way.
    /// - Throws: ``ProxyRefusal`` when it could not be recorded, and therefore is not relayed.
    init(
        _ head: HTTPRequestHead, plan: CallPlan, client: ClientConnection, eventLoop: any EventLoop,
        allocator: ByteBufferAllocator, services: ProxyServices, resources: LoopResources, register: ClientRegister
    ) throws(ProxyRefusal) {
        self.head = head
        self.plan = plan
        self.client = client
        self.services = services
        self.resources = resources
        self.register = register
        self.eventLoop = eventLoop
        self.allocator = allocator
        time = services.now()
        identity = EventIdentity(relayedAt: time, using: &resources.random)
        attribution = plan.attribution
        let settings = services.settings
        intake = RequestIntake(
            head, maximumBytes: settings.maximumBodyBytes, maximumGatheredBytes: settings.maximumInspectedBytes)
        record = try plan.isMetered ? Self.reserve(services) : .done
        if case .due = record { isRecorded = true } else { isRecorded = false }
        services.counters.beginCall()
        register.beginCall()
    }

    deinit {
        services.counters.endCall()
        register.endCall()
    }

    private static func reserve(_ services: ProxyServices) throws(ProxyRefusal) -> Record {
        do throws(DurableQueueError) {
            return .due(try services.spool.reserve())
        } catch {
            if services.settings.onSpoolFull == .refuse {
                services.counters.refused.add()
                throw .notRecordable(reason: error.description)
            }
            services.noteGap(error.description)
            return .done
        }
    }
}
