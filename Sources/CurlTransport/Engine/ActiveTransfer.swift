import CCurl
import CCurlLoop

/// One transfer on its engine thread: what libcurl's callbacks do for it, and what its starter wants of it.
final class ActiveTransfer: HasDeadline {
    let id: UInt64
    let receiver: any TransferReceiver
    let handle: TransferHandle
    private let memory: RequestMemory
    var deadlinePlace: Int?
    /// Called once the head of the response is there.
    private unowned let loop: EngineLoop

    /// What is too slow; `lastMoved` is kept by the callbacks.
    private var times: TransferDeadlines
    private var head = ResponseHeadReader()
    /// The streamed body, if it is one.
    private var upload: UploadQueue?
    /// The receiver wants no bytes.
    private var isPaused = false
    /// libcurl keeps bytes back, which the receiver did not want.
    private var isReceivingHeld = false
    /// libcurl has asked for more of the body than there was.
    private var isSendingHeld = false
    private var uploaded: Int64 = 0
    /// The socket of its connection.
    var socket: Int32?
    private var isShared = false
    /// The socket of its connection, if other transfers may share it; known from the head on.
    var sharedSocket: Int32? { isShared ? socket : nil }
    /// Why a callback stopped libcurl, which then only knows that it was stopped.
    private(set) var refusal: TransferFailure?

    /// Makes everything ready for libcurl to begin.
    ///
    /// - Throws: ``TransferFailure`` when the request cannot be sent as it is.
    init(
        id: UInt64, _ request: TransferRequest, _ receiver: any TransferReceiver, _ handle: TransferHandle,
        loop: EngineLoop
    ) throws(TransferFailure) {
        memory = try request.checkedMemory()
        do throws(EasyHandle.Fault) {
            try handle.prepare(request, memory)
        } catch {
            throw TransferFailure(error.code, detail: "", hasHead: false)
        }
        self.id = id
        self.receiver = receiver
        self.handle = handle
        self.loop = loop
        times = TransferDeadlines(request.limits, from: ccurl_now())
        if case .stream(let length) = request.body { upload = UploadQueue(length: length) }
        handle.transfer = self
    }

    var hasHead: Bool { times.hasHead }

    /// The next time something is too slow, and what.
    var nextDeadline: (time: UInt64, phase: TransferPhase) {
        if times.hasHead {
            // A body that is not streamed moves without a callback.
            let sent = unsafe ccurl_get_uploaded(handle.easy.pointer)
            if sent != uploaded {
                uploaded = sent
                times.lastMoved = ccurl_now()
            }
        }
        return times.next(isHeld: isPaused || isSendingHeld)
    }

    /// A byte came or went.
    private func moved() {
        times.lastMoved = ccurl_now()
        if let sharedSocket { loop.lookAgain(at: sharedSocket) }
    }

    // MARK: What libcurl calls

    /// Hands on bytes of the body; how many were taken, or libcurl's mark to keep them back.
    func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        // The receiver has taken what it had when it asked for the pause: libcurl gives these once more afterwards.
        if isPaused {
            isReceivingHeld = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        guard unsafe !bytes.isEmpty else { return 0 }
        moved()
        if unsafe receiver.receive(bytes) == .pause { isPaused = true }
        return bytes.count
    }

    /// Takes a line of a head; how many bytes were taken, fewer than there are stop libcurl.
    func takeLine(_ line: UnsafeRawBufferPointer) -> Int {
        switch unsafe head.take(line) {
        case .more: break
        case .tooLong:
            refusal = .malformed(
                detail: "the head of the response is longer than \(ResponseHeadReader.maximumBytes >> 10) KB")
            return 0
        case .complete(let head):
            times.hasHead = true
            isShared = head.isHTTP2
            moved()
            loop.hasHead(self)
            // libcurl sends no more of a body the server has refused, but does not end while it waits for some.
            if head.status >= 400, isSendingHeld { loop.goOnSending(transfer: self) }
            receiver.receive(head)
        }
        return line.count
    }

    /// Moves bytes of a streamed body to libcurl; how many, 0 at the end, or libcurl's mark to wait or to stop.
    func give(to buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = unsafe upload?.read(into: buffer) ?? 0
        if count > 0 {
            moved()
            askForBody()
            return count
        }
        if upload?.isTooShort == true {
            refusal = .badRequest(detail: "the body is shorter than was announced")
            return Int(CURL_READFUNC_ABORT)
        }
        if upload?.isFinished != false { return 0 }
        isSendingHeld = true
        return Int(CURL_READFUNC_PAUSE)
    }

    /// Goes back to the beginning of a streamed body, to send it on another connection.
    func rewind() -> Bool { upload?.rewind() ?? false }

    // MARK: What the starter wants

    /// Asks for more of a streamed body if there is little.
    func askForBody() {
        if upload?.shouldAsk() == true { receiver.wantsBody() }
    }

    /// Queues bytes of a streamed body.
    func send(_ bytes: [UInt8]) throws(TransferFailure) {
        upload?.append(bytes)
        if upload?.isTooLong == true { throw .badRequest(detail: "the body is longer than was announced") }
        if upload?.isEmpty == false { try goOnSending() }
        askForBody()
    }

    /// Ends a streamed body.
    func finishBody() throws(TransferFailure) {
        upload?.finish()
        try goOnSending()
    }

    /// Has libcurl ask for the body again, if it waits for more of it.
    func goOnSending() throws(TransferFailure) {
        guard isSendingHeld else { return }
        isSendingHeld = false
        times.lastMoved = ccurl_now()
        try unhold()
    }

    /// Lets bytes come again.
    func resume() throws(TransferFailure) {
        guard isPaused else { return }
        isPaused = false
        times.lastMoved = ccurl_now()
        guard isReceivingHeld else { return }
        isReceivingHeld = false
        try unhold()
    }

    /// Tells libcurl what is held and what no longer; it may give out what it kept back within this call.
    private func unhold() throws(TransferFailure) {
        let held = (isReceivingHeld ? CURLPAUSE_RECV : 0) | (isSendingHeld ? CURLPAUSE_SEND : 0)
        let code = unsafe curl_easy_pause(handle.easy.pointer, held)
        if code != CURLE_OK { throw refusal ?? TransferFailure(code, detail: "", hasHead: hasHead) }
    }
}
