/// What a fake call used: a function of its request, so that a test can tell it beforehand.
///
/// - `prompt` is the number of whitespace-separated words in the texts of `messages`, `prompt`, `system`,
///   `instructions`, `input` and `inputs`: strings, elements of arrays, and the members `content`, `text` and `parts` of
///   objects.
/// - `completion` is `max_tokens` (or `max_completion_tokens`, `max_output_tokens`) if given, else the number of pieces
///   of text, times `n`. Embeddings have none; an image counts 100, and each of its prompt's words once.
/// - `cached` and `reasoning` are what the script says, at most all of the prompt and of the completion.
/// - `microdollars`, the cost OpenRouter states, is one for each token of the prompt and two for each of the completion.
/// - `units` is what fal bills: the number of images.
/// - `computeMilliseconds` is what hf-inference takes: 10 for each word where it embeds, 100 where it draws.
/// - `audioSeconds` is the request's body in bytes over 32,000, at least 1; a transcription has ten tokens of prompt for
///   each, and one of completion for each piece of text.
package struct FakeUsage: Sendable, Equatable {
    /// Tokens of the prompt, those from a cache among them.
    package var prompt = 0
    /// Tokens of the completion, those of reasoning among them.
    package var completion = 0
    /// Tokens of the prompt that came from a cache.
    package var cached = 0
    /// Tokens of the completion that were reasoning.
    package var reasoning = 0
    /// Millionths of a US dollar that OpenRouter states.
    package var microdollars: Int { prompt + 2 * completion }
    /// Units that fal bills.
    package var units = 0
    /// Milliseconds that hf-inference took.
    package var computeMilliseconds = 0
    /// Seconds of audio that were transcribed.
    package var audioSeconds = 0
    /// Tokens of both sides.
    package var total: Int { prompt + completion }
}
