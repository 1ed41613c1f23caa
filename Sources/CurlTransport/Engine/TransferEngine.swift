/// Carries out many HTTP transfers at once on a few threads, through libcurl's multi interface.
///
/// HTTP/1.1, and HTTP/2 where TLS agrees on it, with connections kept and shared. Certificates are always verified; redirects
/// are not followed, cookies not kept, bodies not decoded, and only http and https are spoken. Proxies are those of the
/// environment (`http_proxy`, `https_proxy`, `no_proxy`), as libcurl reads them. A request whose kept connection turns out to
/// be dead before anything of the response came is sent again by libcurl on another one, a body of at most
/// ``lowWater`` bytes that were sent with it.
///
/// Limits: the heads and trailers of one response have at most 256 KB together, and a line of them 100 KB.
package final class TransferEngine: Sendable {
    /// The bytes of a streamed body below which more is asked for.
    package static let lowWater = UploadQueue.lowWater

    private let threads: [EngineThread]

    /// An engine whose threads run until ``shutDown()``, or until nobody holds it any more.
    ///
    /// - Parameters:
    ///   - threads: How many threads share the transfers, at least 1; each has connections of its own.
    ///   - maximumIdleConnections: How many connections are kept without a transfer, by all threads together; after many
    ///     have ended at one moment each further transfer closes one of those that are too many.
    package init(threads: Int, maximumIdleConnections: Int) {
        precondition(threads > 0 && maximumIdleConnections > 0, "an engine has a thread and may keep a connection")
        let share = max(1, maximumIdleConnections / threads)
        self.threads = (0..<threads).map { _ in EngineThread(maximumIdleConnections: share) }
    }

    /// The transfers started and not yet finished.
    package var transfersUnderWay: Int { threads.reduce(0) { $0 + $1.counts.transfers.count } }

    /// libcurl's handles that are not yet freed.
    var liveHandles: Int { threads.reduce(0) { $0 + $1.counts.handles.count } }

    /// Starts a transfer on the thread with the fewest; from any thread, and without waiting.
    ///
    /// After ``shutDown()`` the receiver is finished as cancelled before this returns.
    ///
    /// - Parameters:
    ///   - request: What to ask for; what cannot be sent is told to the receiver.
    ///   - receiver: Who is told what becomes of it, held until it is finished.
    /// - Returns: The transfer, to be steered.
    package func start(_ request: TransferRequest, receiver: any TransferReceiver) -> Transfer {
        var chosen = threads[0]
        for thread in threads.dropFirst()
        where thread.counts.transfers.count < chosen.counts.transfers.count { chosen = thread }
        chosen.counts.transfers.countUp()
        guard let id = chosen.mailbox.start(request, receiver) else {
            chosen.counts.transfers.countDown()
            receiver.finish(.failed(.cancelled))
            return Transfer(id: 0, mailbox: chosen.mailbox)
        }
        return Transfer(id: id, mailbox: chosen.mailbox)
    }

    /// Cancels what is under way, closes all connections and waits for the threads to end.
    ///
    /// Called on an engine thread, by a receiver, it does not wait for that one. A second call does nothing.
    package func shutDown() {
        for thread in threads { thread.mailbox.stop() }
        for thread in threads { thread.join() }
    }
}
