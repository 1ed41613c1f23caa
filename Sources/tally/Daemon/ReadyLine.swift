internal import Synchronization

/// The one line on stderr that names where the daemon listens, once all of it does.
final class ReadyLine: Sendable {
    private let addresses = Mutex<[String: String]>([:])
    private let names: [String]

    /// A line for these listeners, in this order.
    init(_ names: [String]) {
        self.names = names
    }

    /// Notes that a listener accepts connections; the last one writes the line.
    func note(_ name: String, at address: String) {
        let line = addresses.withLock { addresses -> String? in
            addresses[name] = address
            let known = names.compactMap { name in addresses[name].map { "\(name) http://\($0)" } }
            return known.count == names.count ? known.joined(separator: ", ") : nil
        }
        if let line { StandardError.write("tally: ready, \(line)\n") }
    }
}
