internal import Synchronization

/// A client of the proxy on one connection, which sends bytes as they are given and sees bytes as they come.
package final class TestClient: Sendable {
    private struct State {
        var received: [UInt8] = []
        var ending: TestSocket.Ending?
    }

    /// The connection.
    package let socket: TestSocket
    private let state = Mutex(State())

    /// Connects.
    package init(port: Int, receiveBytes: Int? = nil) throws {
        socket = try TestSocket(port: port, receiveBytes: receiveBytes)
    }

    /// Sends bytes.
    package func send(_ bytes: [UInt8]) async throws {
        _ = try await offPool { self.socket.send(bytes) }
    }

    /// Sends a text.
    package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// What came and was not taken as a response yet.
    package var received: String { state.withLock { String(decoding: $0.received, as: UTF8.self) } }

    /// The response as far as it has come.
    package var seenSoFar: SeenResponse {
        let bytes = state.withLock { $0.received }
        return SeenResponse.read(bytes[...], ending: .closed, hasBody: true)?.response ?? SeenResponse()
    }

    /// Takes what is there without waiting for more.
    package func look() {
        while true {
            let (bytes, ending) = socket.receive(waits: false)
            note(bytes, ending)
            if bytes.isEmpty { return }
        }
    }

    private func note(_ bytes: [UInt8], _ ending: TestSocket.Ending?) {
        state.withLock { state in
            state.received += bytes
            state.ending = state.ending ?? ending
        }
    }

    /// Waits until this text has come.
    ///
    /// - Returns: Whether it came before the connection ended.
    @discardableResult
    package func receive(until text: String) async throws -> Bool {
        let wanted = Array(text.utf8)
        return try await offPool {
            // Where it may begin that was not looked at yet.
            var start = 0
            while true {
                let isThere = self.state.withLock { state in
                    let isThere = state.received[start...].firstRange(of: wanted) != nil
                    start = max(start, state.received.count - wanted.count + 1)
                    return isThere
                }
                if isThere { return true }
                let (bytes, ending) = self.socket.receive()
                self.note(bytes, ending)
                if ending != nil { return false }
            }
        }
    }

    /// Waits for a response to a request of a method, to its end or that of the connection.
    package func response(to method: String = "POST") async throws -> SeenResponse {
        let hasBody = method != "HEAD"
        return try await offPool {
            while true {
                let seen: (response: SeenResponse, count: Int)? = self.state.withLock { state in
                    // A long body is not read again for every piece of it.
                    if hasBody, state.ending == nil, !SeenResponse.mayBeWhole(state.received[...]) { return nil }
                    let seen = SeenResponse.read(state.received[...], ending: state.ending, hasBody: hasBody)
                    if let seen { state.received.removeFirst(seen.count) }
                    return seen
                }
                if let seen { return seen.response }
                let (bytes, ending) = self.socket.receive()
                self.note(bytes, ending)
            }
        }
    }

    /// Waits for the head of a response and passes over its body.
    ///
    /// - Returns: The head, and how many bytes of the body came.
    package func responseCounted() async throws -> (head: SeenResponse, bodyCount: Int) {
        try await receive(until: "\r\n\r\n")
        return try await offPool {
            let (bytes, known) = self.state.withLock { ($0.received, $0.ending) }
            let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? 0
            let head = SeenResponse.read(bytes[..<end], ending: nil, hasBody: false)?.response ?? SeenResponse()
            let length = head["content-length"].flatMap { Int($0) } ?? .max
            var count = bytes.count - end
            var ending = known
            while count < length, ending == nil {
                let next = self.socket.receive()
                count += next.bytes.count
                ending = next.ending
            }
            return (head, count)
        }
    }

    /// Waits for the end of the connection; how it came.
    package func end() async throws -> TestSocket.Ending {
        try await offPool {
            while true {
                if let ending = self.state.withLock({ $0.ending }) { return ending }
                let (bytes, ending) = self.socket.receive()
                self.note(bytes, ending)
            }
        }
    }
}
