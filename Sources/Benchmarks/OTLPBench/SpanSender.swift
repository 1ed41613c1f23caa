internal import CurlTransport
internal import Synchronization

/// Sends requests of spans over a few connections, each the next request as soon as the last is answered.
struct SpanSender: Sendable {
    let engine: TransferEngine
    let url: String
    let isCompressed: Bool

    /// Sends all requests; returns when all were answered with 200.
    ///
    /// - Throws: ``BenchFailure`` when one was not.
    func send(_ bodies: [[UInt8]], connections: Int) async throws {
        try await withThrowingTaskGroup { group in
            for first in 0..<connections {
                group.addTask {
                    for place in stride(from: first, to: bodies.count, by: connections) {
                        try await send(bodies[place])
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func send(_ body: [UInt8]) async throws {
        var headers = [("Content-Type", "application/x-protobuf")]
        if isCompressed { headers.append(("Content-Encoding", "gzip")) }
        let request = TransferRequest(method: "POST", url: url, headers: headers, body: .bytes(body))
        let (status, ending) = await withCheckedContinuation { continuation in
            _ = engine.start(request, receiver: Answer(continuation))
        }
        guard ending == .complete, status == 200 else {
            throw BenchFailure("a request of spans was answered with \(status), \(ending)")
        }
    }

    /// Waits for an answer.
    private final class Answer: TransferReceiver, Sendable {
        private let status = Atomic(0)
        private let continuation: CheckedContinuation<(Int, TransferEnding), Never>

        init(_ continuation: CheckedContinuation<(Int, TransferEnding), Never>) {
            self.continuation = continuation
        }

        func receive(_ head: TransferHead) { status.store(head.status, ordering: .relaxed) }

        func receive(_ bytes: UnsafeRawBufferPointer) -> TransferFlow { .proceed }

        func wantsBody() {}

        func finish(_ ending: TransferEnding) {
            continuation.resume(returning: (status.load(ordering: .relaxed), ending))
        }
    }
}
