import Foundation

/// A socket to a provider, without anything that could mend or hide what comes through it.
final class RawClient: Sendable {
    /// How the other side ended the connection.
    enum Ending {
        case closed
        case reset
        /// Not at all within the limit.
        case silent
    }

    /// The longest wait for the next byte, in seconds.
    private static let patience = 30

    private let descriptor: Int32

    /// Connects to a port of the loopback.
    init(port: Int) throws {
        let descriptor = socket(AF_INET, Self.stream, 0)
        guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = in_port_t(port).bigEndian
        var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe setsockopt(
                    descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
                return unsafe connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    /// Tells the other side that this one is gone, as far as it reads.
    func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func send(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Foundation.send(descriptor, $0.baseAddress, $0.count, Self.flags)
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// The next bytes, or how it ended.
    func receive() -> (bytes: [UInt8], ending: Ending?) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count > 0 { return (Array(bytes[..<count]), nil) }
        if count == 0 { return ([], .closed) }
        return ([], errno == ECONNRESET ? .reset : .silent)
    }

    /// Reads until the other side ends the connection.
    func readToEnd() -> (bytes: [UInt8], ending: Ending) {
        var all: [UInt8] = []
        while true {
            let (bytes, ending) = receive()
            all += bytes
            if let ending { return (all, ending) }
        }
    }

    /// Reads until this text has come; what came, or `nil` when the connection ended before.
    func read(until text: String) -> String? {
        var all: [UInt8] = []
        while true {
            let (bytes, ending) = receive()
            all += bytes
            let read = String(decoding: all, as: UTF8.self)
            if read.contains(text) { return read }
            if ending != nil { return nil }
        }
    }

    private static var stream: Int32 {
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
