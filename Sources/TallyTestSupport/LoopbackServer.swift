internal import Foundation

/// An HTTP server on a free port of the loopback, for one connection after the other; gone with its last user.
package final class LoopbackServer: Sendable {
    /// What it does once it has read a request.
    package enum Answer: Sendable {
        /// Sends a status, further header lines and a body.
        case reply(Int, headers: [String] = [], body: [UInt8] = [])
        /// Says nothing until the other side hangs up.
        case silence
        /// Starts a body of which no byte comes until the other side hangs up.
        case silenceAfterHeaders
    }

    /// The port it listens on.
    package let port: UInt16
    private let listener: Int32

    /// Listens at once.
    ///
    /// - Parameter answer: Is given the lines of a request's head and says what to do.
    /// - Throws: when the system has no socket for it.
    package init(_ answer: @escaping @Sendable ([String]) -> Answer) throws {
        let listener = socket(AF_INET, Self.stream, 0)
        guard listener >= 0 else { throw POSIXError(.EMFILE) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard unsafe bind(listener, pointer, length) == 0, listen(listener, 8) == 0 else { return Int32(-1) }
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
                Self.serve(connection, answer)
                close(connection)
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// The address of a path on this server.
    package func address(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    private static var stream: Int32 {
        #if os(Linux)
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #else
            SOCK_STREAM
        #endif
    }

    private static func serve(_ connection: Int32, _ answer: ([String]) -> Answer) {
        guard let request = head(from: connection) else { return }
        switch answer(request) {
        case .reply(let status, let headers, let body):
            let lines = ["HTTP/1.1 \(status) Test", "Content-Length: \(body.count)", "Connection: close"] + headers
            send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body, to: connection)
        case .silence:
            waitForEnd(of: connection)
        case .silenceAfterHeaders:
            send(Array("HTTP/1.1 200 Test\r\nContent-Length: 9\r\n\r\n".utf8), to: connection)
            waitForEnd(of: connection)
        }
    }

    /// The lines of a request's head; none when the other side hung up, or sends more than one could expect.
    private static func head(from connection: Int32) -> [String]? {
        var bytes: [UInt8] = []
        while bytes.count < 65_536 {
            guard let more = receive(from: connection) else { return nil }
            bytes += more
            // A greeting of TLS begins with this byte, and would wait for an answer in kind.
            if bytes.first == 0x16 { return nil }
            let text = String(decoding: bytes, as: UTF8.self)
            if text.hasSuffix("\r\n\r\n") { return text.split(separator: "\r\n").map(String.init) }
        }
        return nil
    }

    private static func receive(from connection: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(connection, $0.baseAddress, $0.count, 0) }
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    private static func waitForEnd(of connection: Int32) {
        while receive(from: connection) != nil {}
    }

    private static func send(_ bytes: [UInt8], to connection: Int32) {
        #if os(Linux)
            let flags = Int32(MSG_NOSIGNAL)
        #else
            let flags: Int32 = 0
        #endif
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Foundation.send(connection, $0.baseAddress, $0.count, flags)
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
