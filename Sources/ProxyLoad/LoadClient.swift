internal import NIOCore
internal import NIOPosix

/// Clients that keep a proxy busy: each has one connection, sends one call after the other, and notes of each what the
/// socket gave it.
///
/// A connection that breaks is opened again, wherever the proxy is then, until the load is told to stop.
package final class LoadClient: Sendable {
    /// The header by which the provider knows the number of a call.
    package static var numberHeader: String { LoadRequest.numberHeader }

    private let book: LoadBook
    private let group: MultiThreadedEventLoopGroup

    private init(_ settings: LoadSettings, at address: ProxyAddress) {
        book = LoadBook(settings)
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        for _ in 0..<settings.connections {
            let (book, eventLoop) = (book, group.next())
            eventLoop.execute { LoadSlot(book, address: address, eventLoop: eventLoop).open() }
        }
    }

    /// Runs a load for the length of a piece of work, and then until the calls under way have ended.
    ///
    /// - Parameters:
    ///   - settings: What it is made of.
    ///   - address: Where the proxy is, whenever a connection is opened.
    ///   - limit: The longest that the calls under way may take to end.
    ///   - work: What happens meanwhile.
    /// - Returns: All calls.
    /// - Throws: What the work throws, or ``LoadError`` when calls do not end.
    package static func run(
        _ settings: LoadSettings, at address: ProxyAddress, endingWithin limit: Duration,
        during work: (LoadClient) async throws -> Void
    ) async throws -> [LoadCall] {
        let load = LoadClient(settings, at: address)
        do {
            try await work(load)
            load.book.stop()
            try await load.wait(for: "the end of all calls", within: limit) { $0.connections == 0 }
        } catch {
            load.book.stop()
            try? await load.group.shutdownGracefully()
            throw error
        }
        try await load.group.shutdownGracefully()
        return load.book.calls
    }

    /// What it has come to so far.
    package var counts: LoadCounts { book.counts }

    /// Does something once, at the moment a condition comes to hold.
    ///
    /// - Parameters:
    ///   - holds: The condition; it is looked at whenever anything comes.
    ///   - action: What to do, before anything more is read from the connection that made it hold.
    package func when(
        _ holds: @escaping @Sendable (LoadCounts) -> Bool, do action: @escaping @Sendable () -> Void
    ) {
        _ = book.when(holds, do: action)
    }

    /// Does something after a time, on the thread of the connections.
    ///
    /// - Parameters:
    ///   - delay: The time.
    ///   - action: What to do.
    package func after(_ delay: Duration, do action: @escaping @Sendable () -> Void) {
        group.next().scheduleTask(in: TimeAmount(delay), action)
    }

    /// Waits until a condition holds.
    ///
    /// - Parameters:
    ///   - what: What is waited for, in words.
    ///   - limit: The longest to wait.
    ///   - holds: The condition.
    /// - Throws: ``LoadError`` when it does not come to hold.
    package func wait(
        for what: String, within limit: Duration, until holds: @escaping @Sendable (LoadCounts) -> Bool
    ) async throws {
        let held = group.next().makePromise(of: Void.self)
        let watch = book.when(holds) { held.succeed() }
        let timer = group.next().scheduleTask(in: TimeAmount(limit)) { [book] in
            held.fail(LoadError(description: "\(what): not within \(limit): \(book.counts)"))
        }
        defer {
            book.callOff(watch)
            timer.cancel()
        }
        try await held.futureResult.get()
    }

    /// Lets a time pass, under load.
    ///
    /// - Parameter duration: The time.
    /// - Throws: Nothing while the load runs.
    package func waitForTime(_ duration: Duration) async throws {
        let passed = group.next().makePromise(of: Void.self)
        group.next().scheduleTask(in: TimeAmount(duration)) { passed.succeed() }
        try await passed.futureResult.get()
    }
}
