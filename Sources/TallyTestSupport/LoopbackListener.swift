internal import Foundation

/// A free port of the loopback that takes connections on a thread of its own; gone with its last user.
package final class LoopbackListener: Sendable {
    /// The port it listens on.
    package let port: UInt16
    private let listener: Int32

    /// Listens at once.
    ///
    /// - Parameter accepted: Is given each connection, on the listener's thread; the next waits until it returns.
    /// - Throws: when the system has no socket for it.
    package init(_ accepted: @escaping @Sendable (LoopbackConnection) -> Void) throws {
        let listener = socket(AF_INET, Self.stream, 0)
        guard listener >= 0 else { throw POSIXError(.EMFILE) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard unsafe bind(listener, pointer, length) == 0, listen(listener, 1_024) == 0 else {
                    return Int32(-1)
                }
                return unsafe getsockname(listener, pointer, &length)
            }
        }
        guard status == 0 else {
            close(listener)
            throw POSIXError(.EADDRINUSE)
        }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        // Ends when the listener is shut down, and then closes it.
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                accepted(LoopbackConnection(connection))
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static var stream: Int32 {
        #if os(Linux)
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #else
            SOCK_STREAM
        #endif
    }
}
