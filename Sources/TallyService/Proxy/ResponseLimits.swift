internal import TallyCore

/// What a response says of when to try again, in its headers.
struct ResponseLimits {
    /// How long to wait before the next attempt, in milliseconds.
    private(set) var retryAfterMs: Int?
    /// How many calls the limit still allows.
    private(set) var remaining: Int?
    /// How long until the limit is full again, in milliseconds.
    private(set) var resetMs: Int?

    /// Reads `Retry-After` in seconds or as a time, and Hugging Face's `RateLimit: "api";r=0;t=55`.
    ///
    /// - Parameters:
    ///   - headers: The headers of a response.
    ///   - arrival: When they came, by this machine's clock: the provider's own, in `Date`, comes before it.
    init(_ headers: [(name: String, value: String)], at arrival: Instant) {
        var date: String?
        var retryAt: Instant?
        for (name, value) in headers {
            switch name.utf8.count {
            case 4 where CallHeaders.equal(name, "date"): date = value
            case 9 where CallHeaders.equal(name, "ratelimit"):
                for policy in value.split(separator: ",") { take(policy: policy) }
            case 11 where CallHeaders.equal(name, "retry-after"):
                let text = value[...].withoutOuterSpace
                retryAfterMs = Self.milliseconds(text)
                retryAt = HTTPDate.instant(text)
            default: break
            }
        }
        if retryAfterMs == nil, let retryAt {
            let now = date.flatMap { HTTPDate.instant($0[...]) } ?? arrival
            let wait = (retryAt.microseconds - now.microseconds) / 1000
            retryAfterMs = Self.kept(max(0, Int(wait)))
        }
    }

    /// Takes a policy of a `RateLimit` header; of several the one that is nearest to its end counts.
    private mutating func take(policy: Substring) {
        var remaining: Int?
        var resetMs: Int?
        for part in policy.split(separator: ";") {
            let part = part.withoutOuterSpace
            if part.hasPrefix("r=") { remaining = Self.count(part.dropFirst(2)) }
            if part.hasPrefix("t=") { resetMs = Self.milliseconds(part.dropFirst(2)) }
        }
        if let known = self.remaining, known <= remaining ?? .max { return }
        if remaining == nil, resetMs == nil { return }
        (self.remaining, self.resetMs) = (remaining, resetMs)
    }

    private static func count(_ text: Substring) -> Int? {
        guard let count = digits(text), count <= CallDetails.maximumCount else { return nil }
        return count
    }

    /// Seconds, whole or with a fraction, as milliseconds.
    private static func milliseconds(_ text: Substring) -> Int? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let seconds = digits(first), seconds <= CallDetails.maximumMs / 1000 else {
            return nil
        }
        guard parts.count == 2 else { return seconds * 1000 }
        guard digits(parts[1]) != nil else { return nil }
        let places = parts[1].prefix(3)
        guard let fraction = digits(places) else { return nil }
        return kept(seconds * 1000 + fraction * [100, 10, 1][places.count - 1])
    }

    /// A time that is not longer than those that are kept.
    private static func kept(_ milliseconds: Int) -> Int? {
        milliseconds <= CallDetails.maximumMs ? milliseconds : nil
    }

    /// A number of digits alone: no sign, no space.
    private static func digits(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else { return nil }
        return Int(text)
    }
}
