import Logging
import Synchronization
import TallyCore
import Testing

@testable import TallyService

struct KeyWatchTests {
    private struct Away: UnavailableError {
        var isUnavailable: Bool { true }
    }

    private struct Broken: Error {}

    /// A database that is told what to answer.
    private final class Source: KeySource {
        struct State {
            var keys: Result<[LiveKey], any Error> = .success([])
            var isNoting = true
            var noted: [[KeyID]] = []
        }

        let state = Mutex(State())

        func liveKeys() async throws -> [LiveKey] { try state.withLock { $0.keys }.get() }

        func noteUse(of keys: [KeyID]) async throws {
            try state.withLock { state in
                if !state.isNoting { throw Away() }
                state.noted.append(keys)
            }
        }

        func answer(_ keys: Result<[LiveKey], any Error>) { state.withLock { $0.keys = keys } }
    }

    private let reading = SampleKey("reading", [.read], seed: 1)
    private let proxying = SampleKey("proxying", [.proxy], seed: 2)
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func keysAreThoseOfTheDatabaseAndStayWhileItIsAway() async throws {
        let (ring, source) = (KeyRing(), Source())
        let watch = KeyWatch(ring: ring, source: source, cache: nil, logger: quiet)
        source.answer(.success([reading.live]))
        try await watch.start()
        #expect(ring.find(secret: reading.secret.text) != nil)
        source.answer(.failure(Away()))
        await watch.look()
        #expect(ring.find(secret: reading.secret.text) != nil)
        source.answer(.success([proxying.live]))
        await watch.look()
        #expect(ring.find(secret: reading.secret.text) == nil)
        #expect(ring.find(secret: proxying.secret.text) != nil)
    }

    @Test func aStartWithoutTheDatabaseKnowsTheKeysOfTheLastRun() async throws {
        let folder = try LogFolder()
        let source = Source()
        source.answer(.success([reading.live, proxying.live]))
        let cache = KeyCache(path: folder.file("keys.json"), database: "one")
        try await KeyWatch(ring: KeyRing(), source: source, cache: cache, logger: quiet).start()

        source.answer(.failure(Away()))
        let ring = KeyRing()
        let watch = KeyWatch(
            ring: ring, source: source, cache: KeyCache(path: folder.file("keys.json"), database: "one"), logger: quiet)
        try await watch.start()
        #expect(ring.find(secret: reading.secret.text) == reading.live.grant)
        // Back, with one key fewer: that counts, here and after the next start.
        source.answer(.success([proxying.live]))
        await watch.look()
        #expect(ring.find(secret: reading.secret.text) == nil)
        #expect(await cache.read() == [proxying.live])
    }

    @Test func withoutDatabaseAndCopyNothingIsKnownUntilTheDatabaseAnswers() async throws {
        let folder = try LogFolder()
        let (ring, source) = (KeyRing(), Source())
        source.answer(.failure(Away()))
        let cache = KeyCache(path: folder.file("keys.json"), database: "one")
        let watch = KeyWatch(ring: ring, source: source, cache: cache, logger: quiet)
        try await watch.start()
        #expect(!ring.isKnown)
        source.answer(.success([]))
        await watch.look()
        #expect(ring.isKnown)
    }

    @Test func whatIsWrongWithADatabaseThatAnswersEndsTheStart() async throws {
        let source = Source()
        source.answer(.failure(Broken()))
        let watch = KeyWatch(ring: KeyRing(), source: source, cache: nil, logger: quiet)
        await #expect(throws: Broken.self) { try await watch.start() }
    }

    @Test func usesAreNotedOnceAndNotLostWhileTheDatabaseIsAway() async throws {
        let (ring, source) = (KeyRing(), Source())
        source.answer(.success([reading.live, proxying.live]))
        let watch = KeyWatch(ring: ring, source: source, cache: nil, logger: quiet)
        try await watch.start()
        #expect(source.state.withLock { $0.noted }.isEmpty)
        for _ in 0..<3 { _ = ring.find(secret: reading.secret.text) }
        source.state.withLock { $0.isNoting = false }
        await watch.look()
        source.state.withLock { $0.isNoting = true }
        await watch.look()
        await watch.look()
        #expect(source.state.withLock { $0.noted } == [[reading.live.grant.id]])
    }

    @Test func theLastUseOfAKeyThatIsRevokedIsNoted() async throws {
        let (ring, source) = (KeyRing(), Source())
        source.answer(.success([reading.live]))
        let watch = KeyWatch(ring: ring, source: source, cache: nil, logger: quiet)
        try await watch.start()
        _ = ring.find(secret: reading.secret.text)
        source.answer(.success([]))
        await watch.look()
        #expect(source.state.withLock { $0.noted } == [[reading.live.grant.id]])
    }

    @Test func aCopyThatCannotBeWrittenDoesNotKeepTheKeysFromBeingKnown() async throws {
        let (ring, source) = (KeyRing(), Source())
        source.answer(.success([reading.live]))
        let cache = KeyCache(path: "/nowhere/keys.json", database: "one")
        let watch = KeyWatch(ring: ring, source: source, cache: cache, logger: quiet)
        try await watch.start()
        await watch.look()
        #expect(ring.find(secret: reading.secret.text) != nil)
    }
}
