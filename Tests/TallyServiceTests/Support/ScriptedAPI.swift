import Synchronization
import TallyTestSupport

/// An API of a test: answers requests in turn by a script, and notes what was asked.
final class ScriptedAPI: Sendable {
    /// One answer.
    struct Answer: Sendable {
        var status = 200
        var headers: [String] = []
        var body: String
        /// How many bytes less are sent than the head promises.
        var missing = 0
    }

    private final class Asked: Sendable {
        let targets = Mutex<[String]>([])
        let heads = Mutex<[[String]]>([])
    }

    private let server: ScriptedServer
    private let asked = Asked()

    /// Answers the n-th request, from 0, for a target.
    init(_ answer: @escaping @Sendable (_ number: Int, _ target: String) -> Answer) throws {
        let asked = asked
        server = try ScriptedServer { connection, _ in
            while let head = connection.head() {
                let words = (head.first ?? "").split(separator: " ")
                let target = words.count > 1 ? String(words[1]) : ""
                let number = asked.targets.withLock { targets in
                    targets.append(target)
                    return targets.count - 1
                }
                asked.heads.withLock { $0.append(head) }
                let answer = answer(number, target)
                let body = Array(answer.body.utf8)
                let lines =
                    ["HTTP/1.1 \(answer.status) Test", "Content-Length: \(body.count)", "Connection: close"]
                    + answer.headers
                connection.send(
                    Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body.dropLast(answer.missing))
                return
            }
        }
    }

    var address: String { server.address("") }
    var targets: [String] { asked.targets.withLock { $0 } }
    var heads: [[String]] { asked.heads.withLock { $0 } }
}
