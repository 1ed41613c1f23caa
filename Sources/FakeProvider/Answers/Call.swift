internal import NIOCore

/// A call that is answered as its host would: what was asked, and what all parts of the answer share.
struct Call {
    let host: Host
    let facts: CallFacts
    let script: FakeScript
    /// The model that served, as JSON has it.
    let model: String
    /// Who serves it for Hugging Face.
    let provider: String?
    /// Unlike any other call's; ids begin with what their host is known for.
    let id: String
    /// Whether the id in the body is the empty string.
    let hasEmptyID: Bool
    /// Seconds since 1970.
    let created: Int
    let usage: FakeUsage

    /// The id of the body, with what its kind begins with.
    func bodyID(_ prefix: String) -> String { hasEmptyID ? "" : prefix + id }

    var text: InventedText { InventedText(script) }

    /// The pieces of text that are sent; fewer when an error comes between.
    var sentChunks: Int { min(script.chunks, script.errorAfter ?? script.chunks) }

    var tellsUsage: Bool { !script.hasNoUsage }

    /// The comments before the first event.
    var keepAlives: [ByteBuffer] {
        let isRouter = host == .openRouter
        let comment = ByteBuffer(string: isRouter ? ": OPENROUTER PROCESSING\n\n" : ": keep-alive\n\n")
        return Array(repeating: comment, count: script.keepAlives ?? (isRouter ? 2 : 0))
    }
}
