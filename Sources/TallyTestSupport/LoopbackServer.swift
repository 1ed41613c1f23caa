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

    private let listener: LoopbackListener

    /// Listens at once.
    ///
    /// - Parameter answer: Is given the lines of a request's head and says what to do.
    /// - Throws: when the system has no socket for it.
    package init(_ answer: @escaping @Sendable ([String]) -> Answer) throws {
        listener = try LoopbackListener { Self.serve($0, answer) }
    }

    /// The port it listens on.
    package var port: UInt16 { listener.port }

    /// The address of a path on this server.
    package func address(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    private static func serve(_ connection: LoopbackConnection, _ answer: ([String]) -> Answer) {
        guard let request = connection.head() else { return }
        switch answer(request) {
        case .reply(let status, let headers, let body):
            let lines = ["HTTP/1.1 \(status) Test", "Content-Length: \(body.count)", "Connection: close"] + headers
            connection.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
        case .silence:
            connection.waitForEnd()
        case .silenceAfterHeaders:
            connection.send("HTTP/1.1 200 Test\r\nContent-Length: 9\r\n\r\n")
            connection.waitForEnd()
        }
    }
}
