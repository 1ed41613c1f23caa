import Testing

@testable import TallyService

struct SessionIDTests {
    /// Bills are split by these ids, so none may change from one version to the next.
    @Test func theIDsAreThese() {
        #expect(SessionID.of(project: "search") == "3ed4cb1f-9be0-e357-e659-5b8262214ed4")
        #expect(SessionID.of(project: nil) == "f230c45f-dd67-8e93-68cd-59a8183a906b")
    }

    @Test func eachProjectHasItsOwn() {
        let names = ["search", "Search", "search ", "s\u{0}earch", "", "\u{e9}"] + (0..<1_000).map { "p\($0)" }
        let ids = names.map { SessionID.of(project: $0) } + [SessionID.of(project: nil)]
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.count == 36 && $0.utf8.allSatisfy { $0 < 127 } })
        #expect(SessionID.of(project: "unattributed") == SessionID.of(project: nil))
        #expect(SessionID.of(project: "search") == SessionID.of(project: "search"))
    }
}
