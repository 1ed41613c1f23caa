extension UsageBuckets {
    /// Whether two sources that state usage of the same call can both be right.
    ///
    /// One that tells no parts, such as cached or audio tokens, agrees where its tokens are those of the other in all;
    /// where both tell parts, each has to be the same. What only one states contradicts nothing.
    ///
    /// - Parameter other: What the other source states.
    /// - Returns: Whether they agree.
    public func agrees(with other: UsageBuckets) -> Bool {
        for family in [UsageClass.input, .output] {
            guard statesAny(of: family), other.statesAny(of: family) else { continue }
            if sum(of: family) != other.sum(of: family) { return false }
            guard tellsParts(of: family), other.tellsParts(of: family) else { continue }
            if UsageClass.disjoint(of: family).contains(where: { quantity($0) != other.quantity($0) }) { return false }
        }
        return UsageClass.allCases.allSatisfy { usageClass in
            if UsageClass.disjoint(of: .input).contains(usageClass)
                || UsageClass.disjoint(of: .output).contains(usageClass)
            {
                return true
            }
            guard let mine = self[usageClass], let its = other[usageClass] else { return true }
            return mine == its
        }
    }

    private func statesAny(of family: UsageClass) -> Bool {
        UsageClass.disjoint(of: family).contains { self[$0] != nil }
    }

    private func sum(of family: UsageClass) -> Int64 {
        UsageClass.disjoint(of: family).reduce(0) { $0 + quantity($1) }
    }

    private func tellsParts(of family: UsageClass) -> Bool {
        UsageClass.disjoint(of: family).contains { $0 != family && quantity($0) > 0 }
    }
}

extension UsageClass {
    /// The classes that add up to all tokens of a direction: those read, or those written.
    fileprivate static func disjoint(of family: UsageClass) -> [UsageClass] {
        family == .input ? readClasses : writtenClasses
    }

    private static let readClasses = allCases.filter { $0.root == .input }
    // Reasoning is counted in the output already.
    private static let writtenClasses = allCases.filter { $0.root == .output && $0 != .reasoning }

    /// The class it is a part of in the end, itself when it is no part.
    private var root: UsageClass { parent.map(\.root) ?? self }
}
