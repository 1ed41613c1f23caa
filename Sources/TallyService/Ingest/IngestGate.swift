internal import HTTPTypes
internal import Synchronization

/// Lets in no more requests, and no more bytes of them, than fit (I9).
final class IngestGate: Sendable {
    private struct Load {
        var requests = 0
        var bytes = 0
    }

    private let limits: IngestLimits
    private let load = Mutex(Load())

    /// A gate with nobody within.
    init(limits: IngestLimits) {
        self.limits = limits
    }

    /// Lets a request in; it leaves when the visit ends.
    ///
    /// - Throws: ``Problem`` when there are too many.
    func enter() throws(Problem) -> Visit {
        let isIn = load.withLock { load in
            if load.requests >= limits.maximumRequests { return false }
            load.requests += 1
            return true
        }
        if isIn { return Visit(gate: self) }
        throw Problem(
            .tooManyRequests, title: "Too many requests at once",
            detail: "\(limits.maximumRequests) requests are being stored (api.ingest_max_requests); send this one again"
        )
    }

    /// A request that was let in.
    final class Visit: Sendable {
        private let gate: IngestGate
        private let bytes = Mutex(0)

        fileprivate init(gate: IngestGate) {
            self.gate = gate
        }

        deinit {
            let held = bytes.withLock { $0 }
            gate.load.withLock { load in
                load.requests -= 1
                load.bytes -= held
            }
        }

        /// Takes room for bytes of the request.
        ///
        /// - Throws: ``Problem`` when there is none.
        func take(bytes count: Int) throws(Problem) {
            let limit = gate.limits.maximumBytesAtWork
            let hasRoom = gate.load.withLock { load in
                if load.bytes + count > limit { return false }
                load.bytes += count
                return true
            }
            if !hasRoom {
                throw Problem(
                    .tooManyRequests, title: "Too many bytes at once",
                    detail: "\(limit) bytes are being stored (api.ingest_max_bytes_at_work); send this request again")
            }
            bytes.withLock { $0 += count }
        }
    }
}
