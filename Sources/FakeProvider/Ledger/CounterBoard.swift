internal import FastJSON
internal import Synchronization

/// The counters, which all event loops write.
final class CounterBoard: Sendable {
    private static let pathLimit = 1_000

    private let requests = Atomic(0)
    private let connections = Atomic(0)
    private let openConnections = Atomic(0)
    private let bytesReceived = Atomic(0)
    private let bytesSent = Atomic(0)
    private let byPath = Mutex<[String: Int]>([:])

    func countRequest(path: String) {
        requests.add(1, ordering: .relaxed)
        byPath.withLock { paths in
            if paths[path] != nil || paths.count < Self.pathLimit {
                paths[path, default: 0] += 1
            } else {
                paths["other", default: 0] += 1
            }
        }
    }

    func countOpened() {
        connections.add(1, ordering: .relaxed)
        openConnections.add(1, ordering: .relaxed)
    }

    func countClosed() { openConnections.subtract(1, ordering: .relaxed) }

    func countReceived(_ bytes: Int) { bytesReceived.add(bytes, ordering: .relaxed) }

    func countSent(_ bytes: Int) { bytesSent.add(bytes, ordering: .relaxed) }

    var counters: FakeCounters {
        FakeCounters(
            requests: requests.load(ordering: .relaxed), requestsByPath: byPath.withLock { $0 },
            connections: connections.load(ordering: .relaxed),
            openConnections: openConnections.load(ordering: .relaxed),
            bytesReceived: bytesReceived.load(ordering: .relaxed), bytesSent: bytesSent.load(ordering: .relaxed))
    }

    /// The counters as a JSON object.
    var json: String {
        let counters = counters
        var writer = JSONWriter()
        writer.beginObject()
        let counts = [
            ("requests", counters.requests), ("connections", counters.connections),
            ("open_connections", counters.openConnections), ("bytes_received", counters.bytesReceived),
            ("bytes_sent", counters.bytesSent),
        ]
        for (key, count) in counts {
            writer.key(key)
            writer.integer(count)
        }
        writer.key("requests_by_path")
        writer.beginObject()
        for (path, count) in counters.requestsByPath.sorted(by: { $0.key < $1.key }) {
            writer.key(path)
            writer.integer(count)
        }
        writer.endObject()
        writer.endObject()
        return writer.string
    }
}
