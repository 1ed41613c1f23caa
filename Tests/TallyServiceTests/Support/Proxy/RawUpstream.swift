import Foundation
import Synchronization
import TallyTestSupport

/// An upstream that sends what it is given, be it HTTP or not.
final class RawUpstream: Sendable {
    /// One connection of the proxy.
    struct Connection {
        let socket: TestSocket

        /// Reads a request, to the end of its body if it has a length.
        ///
        /// - Returns: Its head in lower case, or `nil` when the connection ended before.
        func request() -> String? {
            guard let (head, rest) = head() else { return nil }
            let length = head.firstRange(of: "content-length: ").flatMap { place in
                Int(head[place.upperBound...].prefix { $0.isNumber })
            }
            var count = rest
            while count < length ?? 0 {
                let (bytes, ending) = socket.receive()
                if ending != nil { return nil }
                count += bytes.count
            }
            return head
        }

        /// Reads the head of a request, and how many bytes of the body came with it.
        func head() -> (head: String, count: Int)? {
            var bytes: [UInt8] = []
            while true {
                if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
                    let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
                    return (head, bytes.count - end.upperBound)
                }
                let (more, ending) = socket.receive()
                if ending != nil { return nil }
                bytes += more
            }
        }
    }

    let port: Int
    private let listener: TestSocket
    private let isStopped: Flag

    /// Serves connections, each on a thread of its own.
    init(_ serve: @escaping @Sendable (Connection) -> Void) throws {
        let (listener, port) = try Self.bind()
        guard listen(listener.descriptor, 64) == 0 else { throw POSIXError(.EADDRINUSE) }
        let isStopped = Flag()
        (self.listener, self.port, self.isStopped) = (listener, port, isStopped)
        let thread = Thread {
            while !isStopped.isSet {
                let accepted = accept(listener.descriptor, nil, nil)
                if accepted < 0 { continue }
                let connection = Connection(socket: TestSocket(descriptor: accepted))
                Thread.detachNewThread { serve(connection) }
            }
        }
        thread.start()
    }

    private init(listener: TestSocket, port: Int) {
        (self.listener, self.port, isStopped) = (listener, port, Flag())
    }

    /// An address where nobody listens, which nobody else takes meanwhile.
    static func deaf() throws -> RawUpstream {
        let (listener, port) = try bind()
        return RawUpstream(listener: listener, port: port)
    }

    private static func bind() throws -> (TestSocket, Int) {
        let listener = TestSocket(descriptor: socket(AF_INET, TestSocket.stream, 0))
        let descriptor = listener.descriptor
        let status = unsafe TestSocket.withLoopback(0) { unsafe Foundation.bind(descriptor, $0, $1) }
        guard status == 0 else { throw POSIXError(.EADDRINUSE) }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe getsockname(descriptor, pointer, &size)
            }
        }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// An upstream that reads one request of each connection, sends this, and closes it.
    convenience init(sending text: String) throws {
        try self.init { connection in
            guard connection.request() != nil else { return }
            connection.socket.send(text)
        }
    }

    deinit {
        isStopped.set()
        listener.hangUp()
    }
}

/// Something that happens once.
final class Flag: Sendable {
    private let state = Atomic(false)

    var isSet: Bool { state.load(ordering: .acquiring) }

    func set() { state.store(true, ordering: .releasing) }
}
