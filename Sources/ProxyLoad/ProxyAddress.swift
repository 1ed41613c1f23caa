internal import Synchronization

/// Where the proxy listens at the moment; it may move, and be nowhere in between.
package final class ProxyAddress: Sendable {
    private let place = Mutex<(host: String, port: Int)?>(nil)

    /// A proxy that does not listen yet.
    package init() {}

    /// The host and the port, `nil` while there is none.
    package var current: (host: String, port: Int)? { place.withLock { $0 } }

    /// Says where the proxy listens from now on.
    ///
    /// - Parameters:
    ///   - host: Its host.
    ///   - port: Its port.
    package func move(host: String, port: Int) { place.withLock { $0 = (host, port) } }

    /// Says that it listens nowhere; connections that are open stay so.
    package func forget() { place.withLock { $0 = nil } }
}
