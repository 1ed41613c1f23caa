internal import CurlTransport
internal import DurableQueue
internal import FastJSON
internal import Foundation
internal import Synchronization
internal import TallyCore

/// Makes model calls in a program of one's own, and has Tally account for them.
///
/// Each attempt is one event, on disk before the end of its response is handed over, and sent to Tally's
/// `POST /api/v1/events` by ``run()`` or ``deliver()``: at least once, and there once by its id, though Tally is away for
/// hours or this program is killed. Prompts, completions and credentials are in no event.
public final class TallyClient: Sendable {
    private let settings: ClientSettings
    private let queue: DurableQueue
    private let engine: TransferEngine
    private let recorder: EventRecorder
    private let courier: EventCourier
    private let fault = Mutex<TallyClientError?>(nil)

    private static let threads = 1
    private static let idleConnections = 64
    private static let reservedBytes = 8 << 20
    private static let gatheringTime = Duration.milliseconds(50)
    private static let shortestWait = Duration.milliseconds(250)
    private static let longestWait = Duration.seconds(15)

    /// Opens a client; what an earlier one left in the folder waits on.
    ///
    /// - Parameter settings: Where it records, and its limits.
    /// - Throws: ``TallyClientError`` when the folder cannot be used.
    public init(_ settings: ClientSettings) throws(TallyClientError) {
        let folder = settings.folder
        do throws(DurableQueueError) {
            queue = try DurableQueue(
                folder: folder + "/queue",
                limits: DurableQueue.Limits(
                    maximumRecords: settings.maximumWaiting, maximumBytes: settings.maximumWaitingBytes,
                    reservedRecords: settings.maximumCalls, reservedBytes: Self.reservedBytes))
        } catch {
            throw TallyClientError(.spool, at: folder, "\(error)")
        }
        self.settings = settings
        engine = TransferEngine(threads: Self.threads, maximumIdleConnections: Self.idleConnections)
        recorder = EventRecorder(queue: queue, folder: folder)
        courier = EventCourier(queue: queue, engine: engine, settings: settings)
    }

    /// How many records of calls wait to be sent to Tally.
    public var waitingCount: Int { queue.backlog.records }

    /// Why ``run()`` cannot send what waits at present; `nil` while all is well.
    public var deliveryFault: TallyClientError? { fault.withLock { $0 } }

    /// Makes a call and reads its response as a whole; its event is on disk when this returns.
    ///
    /// - Parameter call: The call.
    /// - Returns: The response, also of a call that was refused: see its status.
    /// - Throws: ``TallyClientError`` when there is no response, which is recorded as a failed attempt, or no room to
    ///   record it, when the call is not made.
    public func call(_ call: ModelCall) async throws(TallyClientError) -> ModelResponse {
        let stream = try await stream(call)
        let body = try await stream.body()
        return ModelResponse(status: stream.status, headers: stream.headers, body: body, eventID: stream.eventID)
    }

    /// Makes a call and reads its response as it comes.
    ///
    /// - Parameter call: The call; its body asks for the stream.
    /// - Returns: The response.
    /// - Throws: As ``call(_:)`` does.
    public func stream(_ call: ModelCall) async throws(TallyClientError) -> ModelStream {
        let host = Self.host(of: call.url)
        let reservation = try recorder.reserve()
        var meter: CallMeter
        do throws(JSONError) {
            meter = try CallMeter(call, at: Self.now())
        } catch {
            throw TallyClientError(.call, at: host, "\(error)")
        }
        let eventID = meter.identity.description
        let mailbox = ResponseMailbox()
        mailbox.start(
            TransferRequest(
                method: call.method, url: call.url, headers: call.headers,
                body: meter.body.isEmpty ? .none : .bytes(meter.body),
                limits: TransferLimits(
                    firstByte: settings.firstByteTime, idle: settings.idleTime, total: settings.callTime)),
            on: engine)
        switch await mailbox.next() {
        case .head(let head):
            meter.receive(head)
            let reading = StreamReading(
                mailbox, meter, recorder, reservation, host: host, maximumBytes: settings.maximumResponseBytes)
            return ModelStream(reading, head, eventID: eventID)
        case .end(.failed(let failure)):
            try await recorder.record(meter.records(.failed(failure)), using: reservation)
            throw TallyClientError(failure, at: host)
        case .bytes, .end(.complete):
            mailbox.cancel()
            throw TallyClientError(.call, at: host, "the response has no head; see that it is an HTTP server")
        }
    }

    /// Sends recorded events to Tally, until the task is cancelled; run it in a task of its own.
    ///
    /// While Tally is away they wait, and ``deliveryFault`` says why.
    public func run() async {
        var wait = Self.shortestWait
        while !Task.isCancelled {
            do throws(TallyClientError) {
                try await courier.deliver()
                fault.withLock { $0 = nil }
                wait = Self.shortestWait
                for await _ in queue.arrivals { break }
                try? await Task.sleep(for: Self.gatheringTime)
            } catch {
                if Task.isCancelled { return }
                fault.withLock { $0 = error }
                try? await Task.sleep(for: wait)
                wait = min(wait * 2, Self.longestWait)
            }
        }
    }

    /// Sends everything that waits, for programs that end soon.
    ///
    /// - Throws: ``TallyClientError`` when Tally does not take it; it waits for the next time.
    public func deliver() async throws(TallyClientError) { try await courier.deliver() }

    /// Ends the client: calls under way are cut off, and what waits stays in the folder for the next one.
    public func close() async {
        engine.shutDown()
        await queue.close()
    }

    private static func now() -> Instant {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(
            microseconds: Int64(time.tv_sec) * Instant.microsecondsPerSecond + Int64(time.tv_nsec) / 1000)
    }

    /// The host of an address, without what may be secret of it.
    private static func host(of url: String) -> String {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return String(authority.split(separator: "@").last ?? "the model's address")
    }
}
