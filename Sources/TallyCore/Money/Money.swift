/// An exact amount of money: whole picodollars (10⁻¹² of the ledger currency) in 128 bits (invariant I1).
///
/// The range is ±1.7 × 10²⁶ units of currency. Amounts enter as decimal text and leave as decimal text; they are
/// never built from, nor turned into, a binary float, but for forecasts, which are no amounts yet. `+` and `-` trap on overflow, which bounded input cannot reach;
/// sums over unbounded input use ``adding(_:)``.
public struct Money: Sendable, Hashable, Comparable {
    /// The amount in picodollars.
    public let picodollars: Int128

    /// Decimal places kept: 12, the scale of the `NUMERIC(38,12)` columns amounts are stored in.
    public static let places = 12

    /// No money at all, which is not the same as an unknown amount.
    public static let zero = Money(picodollars: 0)

    /// The largest amount a `NUMERIC(38,12)` column holds, and so the largest Tally accepts from outside.
    public static let maximum = Money(picodollars: 99_999_999_999_999_999_999_999_999_999_999_999_999)

    /// An amount of whole picodollars.
    @inlinable
    public init(picodollars: Int128) {
        self.picodollars = picodollars
    }

    /// Reads decimal text (`27`, `0.000000375`, `1e-07`), exactly.
    ///
    /// - Parameter text: ASCII decimal text with at most 12 significant decimals.
    /// - Throws: ``ParseFailure`` when the text is no number, has more than 12 decimals, or is out of range.
    public init(parsing text: some StringProtocol) throws(ParseFailure) {
        guard let decimal = DecimalText(utf8: text.utf8) else { throw .notANumber }
        self = try Self(decimal)
    }

    /// An amount from an exact decimal.
    ///
    /// - Throws: ``ParseFailure`` when it has more than 12 decimals or is out of range.
    public init(_ decimal: DecimalText) throws(ParseFailure) {
        try self.init(count: decimal.rescaled(to: Self.places))
    }

    /// Reads an amount that a program has had in a binary float (`0.00014499999999999998`): further decimals are rounded
    /// half away from zero to 12, once, which gives back the decimal that was meant.
    ///
    /// - Parameter text: ASCII decimal text of any precision.
    /// - Throws: ``ParseFailure`` when the text is no number or is out of range.
    public init(rounding text: some StringProtocol) throws(ParseFailure) {
        // Longer text is no number a program writes, and could outweigh the bound on exponents.
        guard text.utf8.count <= 1024, let decimal = DecimalText(cuttingOff: text.utf8) else { throw .notANumber }
        try self.init(count: decimal.rounded(to: Self.places))
    }

    private init(count: Result<Int128, DecimalText.Failure>) throws(ParseFailure) {
        switch count {
        case .success(let value):
            if value.magnitude > Self.maximum.picodollars.magnitude { throw .outOfRange }
            self.init(picodollars: value)
        case .failure(.tooPrecise):
            throw .tooPrecise
        case .failure(.outOfRange):
            throw .outOfRange
        }
    }

    /// The sum of two amounts.
    @inlinable
    public static func + (left: Money, right: Money) -> Money {
        Money(picodollars: left.picodollars + right.picodollars)
    }

    /// The difference of two amounts.
    @inlinable
    public static func - (left: Money, right: Money) -> Money {
        Money(picodollars: left.picodollars - right.picodollars)
    }

    /// Adds in place.
    @inlinable
    public static func += (left: inout Money, right: Money) {
        left = left + right
    }

    /// Whether one amount is smaller than another.
    @inlinable
    public static func < (left: Money, right: Money) -> Bool {
        left.picodollars < right.picodollars
    }

    /// The sum, or `nil` when it leaves the range of 128 bits.
    @inlinable
    public func adding(_ other: Money) -> Money? {
        let (sum, overflow) = picodollars.addingReportingOverflow(other.picodollars)
        return overflow ? nil : Money(picodollars: sum)
    }

    /// Why text is not an amount.
    public enum ParseFailure: Error, Equatable, Sendable, CustomStringConvertible {
        /// Not decimal text.
        case notANumber
        /// More than 12 decimals.
        case tooPrecise
        /// Larger than ``Money/maximum``.
        case outOfRange

        /// What is wrong, to stand behind the name of the field.
        public var description: String {
            switch self {
            case .notANumber: "is not a decimal number"
            case .tooPrecise: "has more than 12 decimals"
            case .outOfRange: "is larger than any amount Tally can store"
            }
        }
    }
}

extension Money: CustomStringConvertible {
    /// Decimal text as every report shows it: at least two decimals, no further trailing zeros.
    public var description: String {
        DecimalText.text(picodollars, scale: Self.places, minimumPlaces: 2)
    }
}

extension Money {
    /// Adds the text of ``description`` to some bytes, without a string between.
    public func append(to bytes: inout [UInt8]) {
        guard let magnitude = UInt64(exactly: picodollars.magnitude) else {
            bytes.append(contentsOf: description.utf8)
            return
        }
        if picodollars < 0 { bytes.append(UInt8(ascii: "-")) }
        var (whole, rest) = magnitude.quotientAndRemainder(dividingBy: 1_000_000_000_000)
        // Twenty digits at most, from the last one on.
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var count = 0
        repeat {
            digits[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: whole % 10)
            whole /= 10
            count += 1
        } while whole > 0
        while count > 0 {
            count -= 1
            bytes.append(digits[count])
        }
        bytes.append(UInt8(ascii: "."))
        var unit: UInt64 = 100_000_000_000
        var places = 0
        while places < 2 || rest > 0 {
            let digit = rest / unit
            rest -= digit * unit
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
            unit = max(unit / 10, 1)
            places += 1
        }
    }
}
