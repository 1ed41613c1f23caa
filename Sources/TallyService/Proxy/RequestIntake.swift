internal import NIOCore
internal import NIOHTTP1

/// Takes in the body of a request: whole where it is to be looked at first, else piece by piece.
struct RequestIntake {
    /// What is to be done with what came.
    enum Action: Equatable {
        /// Nothing yet.
        case wait
        /// Send the request without a body.
        case start
        /// Send the request with this body.
        case startWhole(ByteBuffer)
        /// Send the request, whose body follows piece by piece; its length, where it is known.
        case startStream(length: Int?, first: ByteBuffer?)
        /// Pass this piece on.
        case pass(ByteBuffer)
        /// The body has been passed on whole.
        case finish
        /// The body is longer than allowed.
        case refuse
    }

    private enum State {
        case gathering(ByteBuffer)
        case passing
        case done
    }

    /// The bytes of the body so far.
    private(set) var byteCount = 0
    private var state = State.done
    private let length: Int?
    private let isCoded: Bool
    private let maximumBytes: Int
    private let maximumGatheredBytes: Int

    /// An intake.
    ///
    /// - Parameters:
    ///   - head: The head of the request.
    ///   - maximumBytes: The longest body that is passed on.
    ///   - maximumGatheredBytes: The longest body that is gathered.
    init(_ head: HTTPRequestHead, maximumBytes: Int, maximumGatheredBytes: Int) {
        // A length beside a transfer coding does not hold (RFC 9112, 6.3).
        isCoded = head.headers.contains(name: "transfer-encoding")
        length = isCoded ? nil : head.headers.first(name: "content-length").flatMap { Int($0) }
        self.maximumBytes = maximumBytes
        self.maximumGatheredBytes = maximumGatheredBytes
    }

    /// Begins.
    ///
    /// - Parameters:
    ///   - head: The head of the request.
    ///   - isRead: Whether the body is to be looked at.
    ///   - allocator: Where memory comes from.
    /// - Returns: What to do at once.
    mutating func begin(_ head: HTTPRequestHead, isRead: Bool, allocator: ByteBufferAllocator) -> Action {
        if let length, length > maximumBytes { return .refuse }
        guard isCoded || (length ?? 0) > 0 else { return .start }
        if isRead, Self.isReadable(head.headers), (length ?? 0) <= maximumGatheredBytes {
            state = .gathering(allocator.buffer(capacity: min(length ?? 4096, 1 << 20)))
            return .wait
        }
        state = .passing
        return .startStream(length: length, first: nil)
    }

    /// Whether a body is of a kind that says what it asks: JSON, or a form.
    private static func isReadable(_ headers: HTTPHeaders) -> Bool {
        guard let type = headers.first(name: "content-type") else { return true }
        return CallHeaders.contains(type, "json") || CallHeaders.begins(type, "multipart/form-data")
            || CallHeaders.begins(type, "text/plain")
    }

    /// Whether the whole request is there.
    var isComplete: Bool { if case .done = state { true } else { false } }

    /// Takes a piece of the body.
    mutating func receive(_ bytes: ByteBuffer) -> Action {
        // What follows a refusal.
        if case .done = state { return .wait }
        byteCount += bytes.readableBytes
        if byteCount > maximumBytes {
            state = .done
            return .refuse
        }
        switch state {
        case .gathering(var gathered):
            state = .done
            gathered.writeImmutableBuffer(bytes)
            if gathered.readableBytes <= maximumGatheredBytes {
                state = .gathering(gathered)
                return .wait
            }
            state = .passing
            return .startStream(length: length, first: gathered)
        case .passing: return .pass(bytes)
        case .done: return .wait
        }
    }

    /// Takes the end of the body.
    mutating func end() -> Action {
        defer { state = .done }
        switch state {
        case .gathering(let gathered): return .startWhole(gathered)
        case .passing: return .finish
        case .done: return .wait
        }
    }
}
