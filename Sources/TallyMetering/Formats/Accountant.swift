internal import TallyCore

/// Turns stated counts into disjoint classes.
struct Accountant {
    private let counts: ReportedCounts
    private let rule: Accounting
    private var usage = UsageBuckets()
    private var warnings: Set<UsageWarning> = []
    /// Whether a sum is more than one call can have.
    private var isBeyondBounds = false

    private init(_ counts: ReportedCounts, by rule: Accounting) {
        self.counts = counts
        self.rule = rule
    }

    /// The disjoint classes of some counts.
    ///
    /// - Returns: The classes, whose sum is the provider's total; `nil` when nothing was stated or the counts contradict
    ///   each other. And what should be known about them.
    static func usage(of counts: ReportedCounts, by rule: Accounting) -> (UsageBuckets?, Set<UsageWarning>) {
        if counts.isEmpty { return (nil, []) }
        var accountant = Accountant(counts, by: rule)
        if !accountant.settle() { return (nil, accountant.warnings) }
        return (accountant.usage.isEmpty ? nil : accountant.usage, accountant.warnings)
    }

    private mutating func settle() -> Bool {
        guard let written = settleWrites() else { return contradiction(.partsContradict) }
        let cached = counts[.cacheRead] ?? counts[.flatCacheRead]
        let tool = counts[.toolInput] ?? 0
        var input = counts[.input]
        if input == nil, tool > 0 { input = 0 }
        if input != nil || !rule.inputHoldsCache, !settleCached(cached) { return contradiction(.partsContradict) }
        if let input {
            let rest = input + tool - (rule.inputHoldsCache ? (cached ?? 0) + written : 0)
            if rest < 0 || !settleInput(rest, cached: cached ?? 0) { return contradiction(.partsContradict) }
        }
        let allInput = (input ?? 0) + tool
        let cache = rule.inputHoldsCache ? 0 : (cached ?? 0) + written
        let isBeside = reasoningIsBeside(input: allInput + cache)
        if !settleOutput(isBeside: isBeside, input: allInput) { return contradiction(.partsContradict) }
        for (count, usageClass) in Count.units { put(usageClass, counts[count]) }
        if isBeyondBounds { return contradiction(.partsContradict) }
        if rule.check == .ignored || totalAgrees(input: allInput, cache: cache, isBeside: isBeside) { return true }
        warnings.insert(.totalsContradict)
        return rule.check == .warns
    }

    /// Sets a class to a count; one that is not stated says nothing.
    private mutating func put(_ usageClass: UsageClass, _ count: Int64?) {
        guard let count else { return }
        if count < 0 || count > UsageBuckets.maximumQuantity {
            isBeyondBounds = true
        } else {
            usage[usageClass] = count
        }
    }

    private mutating func contradiction(_ warning: UsageWarning) -> Bool {
        warnings.insert(warning)
        return false
    }

    /// Puts the written tokens into the classes of their lifetimes; `nil` when they are more than were written.
    private mutating func settleWrites() -> Int64? {
        let lifetimes: [(Count, UsageClass)] = [
            (.cacheWrite5m, .cacheWrite5m), (.cacheWrite30m, .cacheWrite30m), (.cacheWrite1h, .cacheWrite1h),
            (.cacheWrite12h, .cacheWrite12h),
        ]
        if rule.inputHoldsCache, counts[.input] == nil { return 0 }
        var split: Int64 = 0
        var isSplit = false
        for (count, usageClass) in lifetimes {
            guard let value = counts[count] else { continue }
            put(usageClass, value)
            split += value
            isSplit = true
        }
        guard let written = counts[.cacheWrite] else { return split }
        let rest = written - split
        if rest < 0 { return nil }
        if rest > 0 || !isSplit { put(rule.writes, (usage[rule.writes] ?? 0) + rest) }
        return written
    }

    /// Takes audio and images out of what was cached.
    ///
    /// A kind of which nothing was cached is left out: a cache is mostly one of text, and the zeros that some hosts
    /// write beside it say no more than its whole.
    private mutating func settleCached(_ cached: Int64?) -> Bool {
        guard let cached else { return true }
        var plain = cached
        for (count, usageClass) in [(Count.cachedAudio, UsageClass.cacheReadAudio), (.cachedImage, .cacheReadImage)] {
            guard var part = counts[count], part > 0 else { continue }
            if rule.kindsAreLoose { part = min(part, plain) }
            put(usageClass, part)
            plain -= part
        }
        if plain < 0 { return false }
        put(.cacheRead, plain)
        return true
    }

    /// Takes audio, images and video out of what was read and not cached.
    private mutating func settleInput(_ rest: Int64, cached: Int64) -> Bool {
        // Cached video has no class of its own.
        let cachedVideo = min(counts[.cachedVideo] ?? 0, usage.quantity(.cacheRead))
        if cachedVideo > 0 { warnings.insert(.cachedKindsMerged) }
        let kinds: [(all: Count, cached: Int64, usageClass: UsageClass)] = [
            (.inputAudio, usage.quantity(.cacheReadAudio), .inputAudio),
            (.inputImage, usage.quantity(.cacheReadImage), .inputImage),
            (.inputVideo, cachedVideo, .inputVideo),
        ]
        var plain = rest
        for kind in kinds {
            guard let all = counts[kind.all] else { continue }
            let uncached = max(all - kind.cached, 0)
            put(kind.usageClass, uncached)
            plain -= uncached
        }
        // What does not fit was cached: the cached tokens of a kind are often not told apart.
        for kind in kinds where plain < 0 && (cached > 0 || rule.kindsAreLoose) {
            let part = min(-plain, usage.quantity(kind.usageClass))
            if part == 0 { continue }
            put(kind.usageClass, usage.quantity(kind.usageClass) - part)
            plain += part
            if cached > 0 { warnings.insert(.cachedKindsMerged) }
        }
        if plain < 0 { return false }
        put(.input, plain)
        return true
    }

    private func reasoningIsBeside(input: Int64) -> Bool {
        switch rule.reasoning {
        case .inside: false
        case .beside: true
        case .asTotalSays(let otherwise):
            if let total = counts[.total], let output = counts[.output], let reasoning, reasoning > 0 {
                total == input + output + reasoning
            } else {
                otherwise
            }
        }
    }

    private var reasoning: Int64? { counts[.reasoning] ?? counts[.flatReasoning] }

    private mutating func settleOutput(isBeside: Bool, input: Int64) -> Bool {
        var stated = counts[.output]
        if stated == nil, isBeside, reasoning != nil { stated = 0 }
        if stated == nil, rule.omitsZeros, let total = counts[.total], total == input { stated = 0 }
        guard let stated else { return true }
        var plain = stated + (isBeside ? reasoning ?? 0 : 0) + (counts[.citation] ?? 0)
        let kinds: [(Count, UsageClass)] = [
            (.outputAudio, .outputAudio), (.outputImage, .outputImage), (.outputVideo, .outputVideo),
        ]
        for (count, usageClass) in kinds {
            guard var part = counts[count] else { continue }
            if rule.kindsAreLoose { part = min(part, plain) }
            put(usageClass, part)
            plain -= part
        }
        if plain < 0 { return false }
        if let reasoning {
            if reasoning > plain { return false }
            put(.reasoning, reasoning)
        }
        put(.output, plain)
        return true
    }

    private func totalAgrees(input: Int64, cache: Int64, isBeside: Bool) -> Bool {
        guard let total = counts[.total] else { return true }
        let output = (counts[.output] ?? 0) + (isBeside ? reasoning ?? 0 : 0) + (counts[.citation] ?? 0)
        // Where the cache stands beside the input, some totals have it and some have not.
        if total == input + output + cache || total == input + output { return true }
        let isWhole = counts[.input] != nil && counts[.output] != nil
        return !isWhole && total > input + output
    }
}
