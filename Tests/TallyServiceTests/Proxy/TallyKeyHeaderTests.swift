import NIOHTTP1
import Testing

@testable import TallyService

struct TallyKeyHeaderTests {
    private func secret(_ headers: [(String, String)]) -> String? {
        TallyKeyHeader.secret(in: HTTPHeaders(headers)).map {
            "\($0.secret)\($0.replacesCredential ? " replaces" : "")"
        }
    }

    @Test(arguments: [
        ([("Authorization", "Bearer tly_abc")], "tly_abc replaces"),
        ([("authorization", "bearer  tly_abc")], "tly_abc replaces"),
        ([("Authorization", "Key tly_abc")], "tly_abc replaces"),
        ([("Authorization", "tly_abc")], "tly_abc replaces"),
        ([("X-API-KEY", "tly_abc")], "tly_abc replaces"),
        ([("x-goog-api-key", "tly_abc")], "tly_abc replaces"),
        ([("api-key", "tly_abc")], "tly_abc replaces"),
        ([("a", "b"), ("x-api-key", "sk-1"), ("Authorization", "Bearer tly_abc")], "tly_abc replaces"),
        // Without a credential of the client's own the upstream's is needed, too.
        ([("X-Tally-Key", "tly_abc")], "tly_abc replaces"),
        ([("x-tally-key", "tly_abc"), ("Authorization", "Bearer hf_own")], "tly_abc"),
        // The credential is a Tally key and goes no further, so one is needed in its place.
        ([("x-tally-key", "tly_abc"), ("Authorization", "Bearer tly_other")], "tly_abc replaces"),
        ([("Authorization", "Bearer tly_other"), ("x-tally-key", "tly_abc")], "tly_abc replaces"),
        // One that is there and empty is a key that is not known, rather than none.
        ([("X-Tally-Key", "")], " replaces"),
    ])
    func theKeyIsFound(headers: [(String, String)], expected: String) {
        #expect(secret(headers) == expected)
    }

    @Test(arguments: [
        [], [("Authorization", "")], [("Authorization", "Bearer")], [("Authorization", "Bearer ")],
        [("Authorization", "Bearer hf_tly_abc")], [("Authorization", "Bearer sk-1 tly_abc")],
        [("Authorization", "Bearer TLY_abc")], [("x-api-key", "sk-tly_")], [("x-other", "tly_abc")],
        [("Proxy-Authorization", "Bearer tly_abc")], [("Cookie", "tly_abc")],
    ])
    func otherCredentialsAreNone(headers: [(String, String)]) {
        #expect(secret(headers) == nil)
    }
}
