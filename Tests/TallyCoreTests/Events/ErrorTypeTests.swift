import TallyCore
import Testing

struct ErrorTypeTests {
    @Test(arguments: [
        (100, nil), (200, nil), (302, nil), (399, nil), (400, "invalid_request"), (401, "unauthorized"),
        (402, "credits_exhausted"), (403, "forbidden"), (404, "not_found"), (405, "invalid_request"),
        (408, "timeout"), (410, "not_found"), (413, "invalid_request"), (422, "invalid_request"),
        (429, "rate_limited"), (499, "invalid_request"), (500, "server_error"), (501, "server_error"),
        (502, "unavailable"), (503, "unavailable"), (504, "timeout"), (520, "server_error"), (524, "timeout"),
        (529, "overloaded"), (599, "server_error"),
    ])
    func followsFromTheStatus(status: Int, word: String?) {
        #expect(ErrorType(status: status)?.rawValue == word)
    }

    /// The words are stored and exported, so none may change.
    @Test func theWordsAreThese() {
        #expect(
            ErrorType.allCases.map(\.rawValue) == [
                "invalid_request", "unauthorized", "credits_exhausted", "forbidden", "not_found", "rate_limited",
                "overloaded", "loading", "unavailable", "server_error", "timeout", "unreachable",
                "server_certificate_invalid", "malformed_response", "cut_off", "error_in_stream", "cancelled", "other",
            ])
    }
}
