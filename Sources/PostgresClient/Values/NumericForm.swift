/// The wire form of `numeric`: groups of four decimal digits, the power of 10000 of the first, sign and display scale.
struct NumericForm {
    /// 39 digits of 128 bits touch at most eleven groups of four, wherever the point lies.
    static let maximumGroups = 11

    static let negative: UInt16 = 0x4000
    private static let groupBase: UInt64 = 10_000
    private static let fourGroups: UInt128 = 10_000_000_000_000_000
    private static let powersOfTen: [UInt64] = [1, 10, 100, 1_000, 10_000]

    /// Groups in wire order reversed: the least significant first.
    private var reversed = InlineArray<11, UInt16>(repeating: 0)
    private(set) var count = 0
    private(set) var weight: Int16 = 0
    let sign: UInt16
    let displayScale: UInt16

    /// Splits a number; `scale` must be from 0 to `PostgresDecimal.maximumScale`.
    init(unscaled: Int128, scale: Int) {
        precondition((0...PostgresDecimal.maximumScale).contains(scale), "numeric scale out of range")
        sign = unscaled < 0 ? Self.negative : 0
        displayScale = UInt16(scale)
        var rest = unscaled.magnitude
        guard rest != 0 else { return }
        // The point lies between groups, so the lowest group may be a partial one, filled up with zeros on its right.
        var lowest = -((scale + 3) / 4)
        var index = lowest
        let padding = -lowest * 4 - scale
        if padding > 0 {
            let cut = Self.powersOfTen[4 - padding]
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: UInt128(cut))
            push(UInt64(remainder) * Self.powersOfTen[padding], index: &index, lowest: &lowest)
            rest = quotient
        }
        while rest > UInt128(UInt64.max) {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: Self.fourGroups)
            var four = UInt64(remainder)
            for _ in 0..<4 {
                push(four % Self.groupBase, index: &index, lowest: &lowest)
                four /= Self.groupBase
            }
            rest = quotient
        }
        var small = UInt64(rest)
        while small > 0 {
            push(small % Self.groupBase, index: &index, lowest: &lowest)
            small /= Self.groupBase
        }
        while count > 0, reversed[count - 1] == 0 { count -= 1 }
        weight = Int16(lowest + count - 1)
    }

    /// Adds the next higher group; zeros below the first other group are not sent.
    private mutating func push(_ group: UInt64, index: inout Int, lowest: inout Int) {
        defer { index += 1 }
        if count == 0 {
            guard group != 0 else { return }
            lowest = index
        }
        reversed[count] = UInt16(truncatingIfNeeded: group)
        count += 1
    }

    /// The group at a place in wire order, the most significant first.
    func group(_ place: Int) -> UInt16 { reversed[count - 1 - place] }

    /// Reads a number; NaN, infinities, and what 128 bits cannot hold are errors.
    static func decode(_ bytes: RawSpan) throws(PostgresError) -> PostgresDecimal {
        guard let groups = bytes.bigEndian(Int16.self), let weight = bytes.bigEndian(Int16.self, at: 2),
            let sign = bytes.bigEndian(UInt16.self, at: 4), let scale = bytes.bigEndian(UInt16.self, at: 6),
            groups >= 0
        else { throw PostgresError(.decoding, "a numeric value ends before its digits") }
        guard sign == 0 || sign == negative else {
            throw PostgresError(.decoding, "a numeric value is NaN or infinite where a number was expected")
        }
        guard Int(scale) <= PostgresDecimal.maximumScale, bytes.byteCount == 8 + 2 * Int(groups) else {
            throw PostgresError(.decoding, "a numeric value of an impossible shape")
        }
        var magnitude: UInt128 = 0
        for place in 0..<Int(groups) {
            let group = UInt64(bytes.bigEndian(UInt16.self, at: 8 + 2 * place) ?? .max)
            guard group < groupBase else { throw PostgresError(.decoding, "a numeric value with an impossible digit") }
            // Digits of this group that lie behind the display scale; the server keeps them zero.
            let surplus = min(4, max(0, (place - Int(weight)) * 4 - Int(scale)))
            guard group % powersOfTen[surplus] == 0 else {
                throw PostgresError(.decoding, "a numeric value has digits behind its own scale")
            }
            magnitude = try append(group / powersOfTen[surplus], digits: 4 - surplus, to: magnitude)
        }
        // Zeros between the last group sent and the display scale.
        var missing = max(0, (Int(weight) - Int(groups) + 1) * 4 + Int(scale))
        while missing > 0, magnitude != 0 {
            let step = min(4, missing)
            magnitude = try append(0, digits: step, to: magnitude)
            missing -= step
        }
        let unscaled = sign == negative ? (0 as Int128).subtractingExactly(magnitude) : Int128(exactly: magnitude)
        guard let unscaled else { throw PostgresDecimal.overflow }
        return PostgresDecimal(unscaled: unscaled, scale: Int(scale))
    }

    private static func append(_ group: UInt64, digits: Int, to magnitude: UInt128) throws(PostgresError) -> UInt128 {
        let (shifted, high) = magnitude.multipliedReportingOverflow(by: UInt128(powersOfTen[digits]))
        let (sum, carry) = shifted.addingReportingOverflow(UInt128(group))
        guard !high, !carry else { throw PostgresDecimal.overflow }
        return sum
    }
}

extension Int128 {
    /// This minus a magnitude, or nil where the result leaves 128 bits.
    fileprivate func subtractingExactly(_ magnitude: UInt128) -> Int128? {
        guard magnitude <= Int128.min.magnitude else { return nil }
        let (result, overflow) = subtractingReportingOverflow(Int128(truncatingIfNeeded: magnitude))
        return overflow && magnitude != Int128.min.magnitude ? nil : result
    }
}
