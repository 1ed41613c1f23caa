package import Foundation

/// A socket without anything that could mend or hide what comes through it; its calls wait.
package final class TestSocket: Sendable {
    /// How the other side ended the connection.
    package enum Ending: Sendable {
        /// In good order.
        case closed
        /// By a reset.
        case reset
        /// Not at all within the limit.
        case silent
    }

    /// The longest wait for anything, in seconds; far more than it should be.
    private static let patience = 60

    /// Its descriptor, open as long as this is there.
    package let descriptor: Int32

    /// A socket that was opened, and is closed with this.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
        var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &patience, size)
        }
    }

    /// Connects to a port of the loopback, with a buffer for what comes that is small for a client that takes little.
    package convenience init(port: Int, receiveBytes: Int? = nil) throws {
        let descriptor = socket(AF_INET, Self.stream, 0)
        guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
        self.init(descriptor: descriptor)
        if var size = receiveBytes.map(Int32.init) {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        let status = unsafe Self.withLoopback(port) { unsafe connect(descriptor, $0, $1) }
        guard status == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    /// Lends the address of a port of the loopback.
    package static func withLoopback<Result>(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = in_port_t(port).bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe body(pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Tells the other side that this one is gone, as far as it reads.
    package func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Tells the other side that nothing more comes.
    package func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Has the connection be reset when it is closed.
    package func resetsWhenClosed() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    /// Sends all of this.
    ///
    /// - Returns: Whether the other side was there for it.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[sent...])
                return unsafe Foundation.send(descriptor, rest.baseAddress, rest.count, Self.flags)
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Sends all of a text.
    @discardableResult
    package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// The next bytes, or how it ended; without waiting there may be neither.
    package func receive(waits: Bool = true) -> (bytes: [UInt8], ending: Ending?) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let flags = waits ? 0 : Int32(MSG_DONTWAIT)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, flags) }
        if count > 0 { return (Array(bytes[..<count]), nil) }
        if count == 0 { return ([], .closed) }
        if !waits, errno == EAGAIN || errno == EWOULDBLOCK { return ([], nil) }
        return ([], errno == ECONNRESET ? .reset : .silent)
    }

    /// The type of its sockets.
    package static var stream: Int32 {
        #if os(Linux)
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #else
            SOCK_STREAM
        #endif
    }

    private static var flags: Int32 {
        #if os(Linux)
            Int32(MSG_NOSIGNAL)
        #else
            0
        #endif
    }
}
