/// What an event is to those who pass a stream on.
enum EventRole {
    /// One of many.
    case ordinary
    /// The chunk that `stream_options.include_usage` asks for: a usage object, and no choice.
    case usageChunk
    /// A chunk of choices that says `"usage": null`, as all others do where that was asked for.
    case nullUsage
    /// One that says the call has failed; little can follow, and often nothing does.
    case failure
    /// The one that says the stream is at its end, such as `[DONE]`.
    case terminal
}
