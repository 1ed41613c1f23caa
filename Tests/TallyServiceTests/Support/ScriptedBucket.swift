import Synchronization
import TallyTestSupport

/// A bucket of a test that answers as S3 does: lists its objects in pages of two, and gives each in its present state.
final class ScriptedBucket: Sendable {
    private struct State {
        var objects: [String: (etag: String, bytes: [UInt8])] = [:]
        var reads: [String] = []
        var refusal: String?
        var changes = 0
    }

    private let server: ScriptedServer
    private let state: Shared

    private final class Shared: Sendable {
        let value = Mutex(State())
    }

    init() throws {
        let shared = Shared()
        state = shared
        server = try ScriptedServer { connection, _ in
            guard let head = connection.head() else { return }
            let words = (head.first ?? "").split(separator: " ")
            let target = words.count > 1 ? String(words[1]) : ""
            let (status, body) = shared.value.withLock { Self.answer(target, head, &$0) }
            let lines = ["HTTP/1.1 \(status) Test", "Content-Length: \(body.count)", "Connection: close"]
            connection.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
        }
    }

    var address: String { server.address("") }

    /// The keys of the objects that were read, in order.
    var reads: [String] { state.value.withLock { $0.reads } }

    /// Stores an object, in a new state unless it is to look the same.
    func put(_ key: String, _ bytes: [UInt8], looksTheSame: Bool = false) {
        state.value.withLock { state in
            state.changes += 1
            let etag = looksTheSame ? state.objects[key]?.etag : nil
            state.objects[key] = (etag ?? "\"v\(state.changes)\"", bytes)
        }
    }

    func remove(_ key: String) { state.value.withLock { $0.objects[key] = nil } }

    /// Refuses everything with this code, or nothing.
    func refuse(_ code: String?) { state.value.withLock { $0.refusal = code } }

    private static func answer(_ target: String, _ head: [String], _ state: inout State) -> (Int, [UInt8]) {
        let isSigned = head.contains { $0.hasPrefix("Authorization: AWS4-HMAC-SHA256 Credential=AKID/") }
        let refusal = isSigned ? state.refusal : "AccessDenied"
        if let refusal { return (403, Array("<Error><Code>\(refusal)</Code></Error>".utf8)) }
        if target.contains("list-type=2") { return (200, Array(listing(target, state).utf8)) }
        let key = String(target.dropFirst("/logs/".count))
        state.reads.append(key)
        guard let object = state.objects[key] else { return (404, []) }
        return head.contains("If-Match: \(object.etag)") ? (200, object.bytes) : (412, [])
    }

    private static func listing(_ target: String, _ state: State) -> String {
        let after = target.split(separator: "continuation-token=").dropFirst().first.map { $0.prefix { $0 != "&" } }
        let keys = state.objects.keys.sorted().filter { key in after.map { key > $0 } ?? true }
        var text = "<ListBucketResult>"
        for key in keys.prefix(2) {
            let object = state.objects[key]
            text +=
                "<Contents><Key>\(key)</Key><ETag>\(object?.etag ?? "")</ETag>"
                + "<Size>\(object?.bytes.count ?? 0)</Size></Contents>"
        }
        if keys.count > 2 {
            text += "<IsTruncated>true</IsTruncated><NextContinuationToken>\(keys[1])</NextContinuationToken>"
        }
        return text + "</ListBucketResult>"
    }
}
