import FakeProvider

/// Runs a provider for the length of a test.
func withProvider(
    _ settings: FakeProviderSettings = FakeProviderSettings(), _ body: (FakeProvider) async throws -> Void
) async throws {
    let provider = try await FakeProvider.start(settings)
    do {
        try await body(provider)
    } catch {
        try await provider.stop()
        throw error
    }
    try await provider.stop()
}

/// A question of five words.
let question =
    #"{"model":"m-1","messages":[{"role":"system","content":"one two"},{"role":"user","content":"#
    + #"[{"type":"text","text":"three  four\nfive"},{"type":"image_url","image_url":{"url":"https://a.invalid"}}]}]}"#

/// The same, to be answered by a stream.
let streamQuestion = question.adding(#""stream":true"#)

/// The same, with its usage.
let usageQuestion = streamQuestion.adding(#""stream_options":{"include_usage":true}"#)

extension String {
    /// A JSON object with further members.
    func adding(_ members: String) -> String { dropLast() + "," + members + "}" }
}
