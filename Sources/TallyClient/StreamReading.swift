internal import CurlTransport
internal import DurableQueue

/// The reading of one response, piece by piece; what is not read is interrupted when nobody holds it any more.
actor StreamReading {
    private let mailbox: ResponseMailbox
    private let recorder: EventRecorder
    private let reservation: Reservation
    private let host: String
    private let maximumBytes: Int
    private var meter: CallMeter
    private var lines = EventLines()
    private var events: [String] = []
    private var isRecorded = false
    private var isDone = false

    /// Reads the response of a call whose head has come.
    init(
        _ mailbox: ResponseMailbox, _ meter: sending CallMeter, _ recorder: EventRecorder, _ reservation: Reservation,
        host: String, maximumBytes: Int
    ) {
        self.mailbox = mailbox
        self.meter = meter
        self.recorder = recorder
        self.reservation = reservation
        self.host = host
        self.maximumBytes = maximumBytes
    }

    isolated deinit {
        if isRecorded { return }
        mailbox.cancel()
        recorder.recordLater(meter.records(nil, readerLeft: true), using: reservation)
    }

    /// The data of the next event; `nil` behind the last.
    func nextEvent() async throws(TallyClientError) -> String? {
        while events.isEmpty, let bytes = try await nextBytes() { lines.read(bytes, into: &events) }
        return events.isEmpty ? nil : events.removeFirst()
    }

    /// All that is left.
    func rest() async throws(TallyClientError) -> [UInt8] {
        var body: [UInt8] = []
        while let bytes = try await nextBytes() {
            body += bytes
            if body.count > maximumBytes {
                mailbox.cancel()
                throw TallyClientError(
                    .call, at: host, "the response is longer than \(maximumBytes) bytes; raise maximumResponseBytes")
            }
        }
        return body
    }

    /// The next bytes that may be passed on; `nil` at the end, which comes when the call is recorded.
    private func nextBytes() async throws(TallyClientError) -> [UInt8]? {
        while !isDone {
            switch await mailbox.next() {
            case .head(let head): meter.receive(head)
            case .bytes(let bytes):
                var passed = meter.receive(bytes)
                if meter.isAtEnd, !isRecorded {
                    try await record(nil)
                    passed += meter.release()
                }
                if !passed.isEmpty { return passed }
            case .end(let ending):
                isDone = true
                if !isRecorded { try await record(ending) }
                if case .failed(let failure) = ending { throw TallyClientError(failure, at: host) }
                let kept = meter.release()
                return kept.isEmpty ? nil : kept
            }
        }
        return nil
    }

    private func record(_ ending: TransferEnding?) async throws(TallyClientError) {
        isRecorded = true
        let readerLeft = ending == .failed(.cancelled)
        try await recorder.record(meter.records(readerLeft ? nil : ending, readerLeft: readerLeft), using: reservation)
    }
}

extension TallyClientError {
    /// Why a call did not come to its end.
    init(_ failure: TransferFailure, at host: String) {
        self.init(failure == .cancelled ? .cancelled : .call, at: host, "\(failure)")
    }
}
