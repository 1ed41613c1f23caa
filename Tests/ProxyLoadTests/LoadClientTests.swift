import FakeProvider
import ProxyLoad
import Testing

/// A load notes what its sockets gave it, and goes on when they break.
struct LoadClientTests {
    private static let limit = Duration.seconds(60)

    @Test func everyCallIsSentOnceAndReadWhole() async throws {
        let provider = try await FakeProvider.start()
        let address = ProxyAddress()
        address.move(host: provider.host, port: provider.port)
        let settings = LoadSettings(project: "p", firstCall: 100, connections: 8)
        let calls = try await LoadClient.run(settings, at: address, endingWithin: Self.limit) { load in
            try await load.wait(for: "200 calls", within: Self.limit) { $0.served >= 200 }
        }
        let received = provider.calls
        try await provider.stop()

        #expect(calls.map(\.number).sorted() == Array(100..<100 + calls.count))
        let others = calls.filter { !$0.isServed || !$0.isComplete || $0.bodyBytes == 0 }
        #expect(others.isEmpty)
        let streams = calls.filter { $0.kind.isStream && $0.kind != .compressedStream }
        #expect(!streams.contains { !$0.hasTerminalEvent })
        #expect(!calls.contains { !$0.kind.isStream && $0.hasTerminalEvent })
        #expect(Set(calls.map(\.kind)) == Set(CallKind.sound))
        let streamCount = calls.count { $0.kind.isStream }
        #expect(abs(calls.count - 2 * streamCount) <= 1)
        let numbers = received.compactMap { $0.header(LoadClient.numberHeader) }.compactMap { Int($0) }
        #expect(numbers.sorted() == calls.map(\.number).sorted())
        // Nothing of a call is the same for all, so that a mix-up would show.
        let completions = Set(received.compactMap { $0.usage?.completion })
        #expect(completions.count > 50)
    }

    @Test func connectionsThatBreakAreOpenedAgainWhereverTheOtherSideIs() async throws {
        let first = try await FakeProvider.start()
        let address = ProxyAddress()
        address.move(host: first.host, port: first.port)
        let settings = LoadSettings(project: "p", firstCall: 1, connections: 4)
        var second: FakeProvider?
        let calls = try await LoadClient.run(settings, at: address, endingWithin: Self.limit) { load in
            try await load.wait(for: "a call under way", within: Self.limit) { $0.pieces >= 100 }
            address.forget()
            try await first.stop()
            try await load.wait(for: "cut calls", within: Self.limit) { $0.cut > 0 }
            let other = try await FakeProvider.start()
            second = other
            address.move(host: other.host, port: other.port)
            let goal = load.counts.served + 50
            try await load.wait(for: "50 more calls", within: Self.limit) { $0.served >= goal }
        }
        try await second?.stop()
        let cut = calls.filter { $0.ending == .cut }
        #expect(!cut.isEmpty)
        #expect(!cut.contains { $0.isServed })
        #expect(Set(calls.map(\.number)).count == calls.count)
    }

    @Test func whatDoesNotComeIsToldAfterTheLimit() async throws {
        let settings = LoadSettings(project: "p", firstCall: 1, connections: 1)
        await #expect(throws: LoadError.self) {
            _ = try await LoadClient.run(settings, at: ProxyAddress(), endingWithin: Self.limit) { load in
                try await load.wait(for: "a call", within: .milliseconds(1)) { $0.served > 0 }
            }
        }
    }
}
