import CCurl
import CCurlLoop
import CScheduling

/// What one engine thread does: its transfers, its connections, its deadlines.
///
/// Made by whoever starts the thread, and from then on used by the thread alone.
@safe
final class EngineLoop {
    private let mailbox: EngineMailbox
    /// Owned, and freed last.
    private let loop: OpaquePointer
    private let maximumIdleConnections: Int
    private let counts: EngineCounts
    private var transfers: [UInt64: ActiveTransfer] = [:]
    private var deadlines = DeadlineQueue<ActiveTransfer>()
    /// Handles without a transfer, kept since making one is costly.
    private var spares: [TransferHandle] = []
    /// Transfers that libcurl shall go on with although their bodies do not.
    private var stalled: [ActiveTransfer] = []

    init(loop: OpaquePointer, mailbox: EngineMailbox, maximumIdleConnections: Int, counts: EngineCounts) {
        unsafe self.loop = loop
        self.mailbox = mailbox
        self.maximumIdleConnections = maximumIdleConnections
        self.counts = counts
    }

    deinit { unsafe ccurl_loop_free(loop) }

    /// Turns until the mailbox is stopped; then all transfers are cancelled.
    func run() {
        unsafe cscheduling_wait_little("curl-engine")
        var orders: [EngineMailbox.Order] = []
        while mailbox.take(&orders) {
            for order in orders { carryOut(order) }
            orders.removeAll(keepingCapacity: true)
            if unsafe ccurl_loop_run_timer(loop) { endFinished() }
            endOverdue()
            unsafe ccurl_loop_wait(loop, mailbox.mayRest() ? deadlines.first ?? .max : 0)
            endFinished()
        }
        for transfer in transfers.values { end(transfer, .failed(.cancelled)) }
        for order in orders + mailbox.close() { refuse(order) }
        spares = []
    }

    /// The head of a response is there: other deadlines hold.
    func hasHead(_ transfer: ActiveTransfer) { deadlines.advance(transfer, to: transfer.nextDeadline.time) }

    /// Has libcurl ask for a body again, once it is no longer within a callback.
    func goOnSending(transfer: ActiveTransfer) { stalled.append(transfer) }

    /// Has libcurl look once more at a connection that transfers share.
    func lookAgain(at socket: Int32) { unsafe ccurl_loop_look_again(loop, socket) }

    // MARK: Orders

    private func carryOut(_ order: EngineMailbox.Order) {
        switch order {
        case .start(let id, let request, let receiver): start(id, request, receiver)
        case .send(let id, let bytes): with(id) { transfer throws(TransferFailure) in try transfer.send(bytes) }
        case .finishBody(let id): with(id) { transfer throws(TransferFailure) in try transfer.finishBody() }
        case .resume(let id): with(id) { transfer throws(TransferFailure) in try transfer.resume() }
        case .cancel(let id): with(id) { _ throws(TransferFailure) in throw .cancelled }
        }
    }

    /// Does something with a transfer that is still under way, and ends it when that fails.
    private func with(_ id: UInt64, _ action: (ActiveTransfer) throws(TransferFailure) -> Void) {
        guard let transfer = transfers[id] else { return }
        do throws(TransferFailure) {
            try action(transfer)
        } catch {
            end(transfer, .failed(error))
        }
    }

    private func start(_ id: UInt64, _ request: TransferRequest, _ receiver: any TransferReceiver) {
        let handle: TransferHandle
        do throws(EasyHandle.Fault) {
            if let spare = spares.popLast() {
                handle = spare
            } else {
                handle = try unsafe TransferHandle(loop: loop, counts: counts)
            }
        } catch {
            return refuse(receiver, TransferFailure(error.code, detail: "", hasHead: false))
        }
        do throws(TransferFailure) {
            let transfer = try ActiveTransfer(id: id, request, receiver, handle, loop: self)
            transfers[id] = transfer
            deadlines.insert(transfer, at: transfer.nextDeadline.time)
            let code = unsafe curl_multi_add_handle(ccurl_loop_multi(loop), handle.easy.pointer)
            guard code == CURLM_OK else {
                return end(transfer, .failed(.failed(code: CURLE_FAILED_INIT.rawValue, detail: "no memory")))
            }
            transfer.askForBody()
        } catch {
            recycle(handle)
            refuse(receiver, error)
        }
    }

    private func refuse(_ order: EngineMailbox.Order) {
        if case .start(_, _, let receiver) = order { refuse(receiver, .cancelled) }
    }

    private func refuse(_ receiver: any TransferReceiver, _ failure: TransferFailure) {
        counts.transfers.countDown()
        receiver.finish(.failed(failure))
    }

    // MARK: Endings

    /// Ends what libcurl has ended.
    private func endFinished() {
        var code = CURLE_OK
        while let easy = unsafe ccurl_next_ended(ccurl_loop_multi(loop), &code) {
            guard let transfer = unsafe TransferHandle.of(easy)?.transfer else { continue }
            if let refusal = transfer.refusal {
                end(transfer, .failed(refusal))
            } else if code == CURLE_OK {
                // libcurl takes the end of a connection for that of a head, too.
                end(transfer, transfer.hasHead ? .complete : .failed(.headless))
            } else {
                let detail = transfer.handle.easy.detail()
                end(transfer, .failed(TransferFailure(code, detail: detail, hasHead: transfer.hasHead)))
            }
        }
        while let transfer = stalled.popLast() {
            with(transfer.id) { transfer throws(TransferFailure) in try transfer.goOnSending() }
        }
    }

    /// Ends what is too slow.
    private func endOverdue() {
        guard let first = deadlines.first else { return }
        let now = ccurl_now()
        guard first <= now else { return }
        while let transfer = deadlines.popFirst(until: now) {
            let next = transfer.nextDeadline
            if next.time <= now {
                end(transfer, .failed(.timedOut(next.phase)))
            } else {
                deadlines.insert(transfer, at: next.time)
            }
        }
    }

    /// Takes a transfer away from libcurl, which calls nothing of it any more, and tells its receiver.
    private func end(_ transfer: ActiveTransfer, _ ending: TransferEnding) {
        transfers[transfer.id] = nil
        deadlines.remove(transfer)
        if let socket = transfer.sharedSocket { lookAgain(at: socket) }
        unsafe curl_multi_remove_handle(ccurl_loop_multi(loop), transfer.handle.easy.pointer)
        recycle(transfer.handle)
        counts.transfers.countDown()
        transfer.receiver.finish(ending)
    }

    private func recycle(_ handle: TransferHandle) {
        handle.release()
        if handle.isReusable, spares.count < maximumIdleConnections { spares.append(handle) }
    }
}
