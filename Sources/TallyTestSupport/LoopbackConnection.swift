internal import Foundation
internal import Synchronization

/// The server's end of a connection, for one thread that may block; closed with its last user, or by `close` or `reset`.
package final class LoopbackConnection: Sendable {
    private struct State {
        /// Negative once it is closed.
        var descriptor: Int32
        /// Received and not yet asked for.
        var rest: [UInt8] = []
    }

    private let state: Mutex<State>

    init(_ descriptor: Int32) { state = Mutex(State(descriptor: descriptor)) }

    deinit { close() }

    private var descriptor: Int32 { state.withLock { $0.descriptor } }

    /// The lines of a request's head; none when the other side hung up, or sends what is none.
    package func head() -> [String]? {
        let end = Array("\r\n\r\n".utf8)
        var bytes: [UInt8] = []
        while bytes.count < 1 << 20 {
            guard let more = receive() else { return nil }
            bytes += more
            // A greeting of TLS begins with this byte, and would wait for an answer in kind.
            if bytes.first == 0x16 { return nil }
            guard let start = bytes.firstRange(of: end) else { continue }
            let rest = Array(bytes[start.upperBound...])
            state.withLock { $0.rest = rest }
            return String(decoding: bytes[..<start.lowerBound], as: UTF8.self).split(separator: "\r\n").map(String.init)
        }
        return nil
    }

    /// So many bytes of what follows a head; fewer only when the other side hung up.
    package func body(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, let more = receive() {
            let wanted = min(more.count, count - bytes.count)
            bytes += more[..<wanted]
            let rest = Array(more[wanted...])
            state.withLock { $0.rest = rest }
        }
        return bytes
    }

    /// What comes next; none when the other side hung up.
    package func receive() -> [UInt8]? {
        let rest = state.withLock { state in
            defer { state.rest = [] }
            return state.rest
        }
        if !rest.isEmpty { return rest }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let socket = descriptor
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, 0) }
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    /// Sends all of it, unless the other side hangs up.
    package func send(_ bytes: [UInt8]) {
        #if os(Linux)
            let flags = Int32(MSG_NOSIGNAL)
        #else
            let flags: Int32 = 0
        #endif
        let socket = descriptor
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Foundation.send(socket, $0.baseAddress, $0.count, flags) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Sends a text.
    package func send(_ text: String) { send(Array(text.utf8)) }

    /// Waits until the other side hangs up.
    package func waitForEnd() {
        while receive() != nil {}
    }

    /// Ends it as a machine does that knows nothing of the connection.
    package func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Ends it in order.
    package func close() {
        let descriptor = state.withLock { state in
            defer { state.descriptor = -1 }
            return state.descriptor
        }
        if descriptor >= 0 { _ = Foundation.close(descriptor) }
    }
}
