internal import CurlTransport
internal import TallyCore

/// What an answer says about when to ask again.
struct RateAdvice {
    /// How long to wait after a refusal (`Retry-After`).
    private(set) var retryAfter: Duration?
    /// How long to wait before the next question of all, since none is left.
    private(set) var wait: Duration?

    /// No server is waited for longer than a day.
    private static let longest: Int64 = 86_400

    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - now: The time here. A time in a header is taken as seen from the answer's own `Date`: the server's clock may be
    ///     off.
    init(_ answer: WebAnswer, now: Instant) {
        let there = answer.header("Date").flatMap { HTTPDate.instant($0[...]) } ?? now
        if let text = answer.header("Retry-After") {
            if let seconds = Self.seconds(text) {
                retryAfter = seconds
            } else if let instant = HTTPDate.instant(text[...]) {
                retryAfter = Self.bounded((instant.microseconds - there.microseconds) / 1_000_000)
            }
        }
        wait = Self.standard(answer) ?? Self.usual(answer, there)
    }

    /// `RateLimit: "api";r=0;t=30`, as the Hugging Face Hub sends it.
    private static func standard(_ answer: WebAnswer) -> Duration? {
        guard let text = answer.header("RateLimit") else { return nil }
        var remaining: Int64?
        var reset: Int64?
        for part in text.split(separator: ";") {
            let sides = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
            if sides.count == 2, sides[0] == "r" { remaining = Int64(sides[1]) }
            if sides.count == 2, sides[0] == "t" { reset = Int64(sides[1]) }
        }
        guard remaining == 0, let reset else { return nil }
        return bounded(reset)
    }

    /// The headers of one number each, which many servers send; a reset may be seconds from now or a time.
    private static func usual(_ answer: WebAnswer, _ there: Instant) -> Duration? {
        for prefix in ["RateLimit", "X-RateLimit"] {
            guard answer.header("\(prefix)-Remaining").flatMap({ Int64($0) }) == 0,
                let reset = answer.header("\(prefix)-Reset").flatMap({ Int64($0) })
            else { continue }
            let isTime = reset > 1_000_000_000
            return bounded(isTime ? reset - there.microseconds / 1_000_000 : reset)
        }
        return nil
    }

    private static func seconds(_ text: String) -> Duration? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return bounded(Int64(text) ?? longest)
    }

    private static func bounded(_ seconds: Int64) -> Duration { .seconds(min(max(0, seconds), longest)) }
}
