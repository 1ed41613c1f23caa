/// An exact decimal number as it was written: `unscaled × 10^-scale`.
///
/// The one parser of decimal text in Tally: amounts, rates and fractional quantities all go through it, so a number
/// never passes through a binary float.
public struct DecimalText: Sendable, Equatable {
    /// The digits as an integer, with the sign.
    public let unscaled: Int128
    /// How many of the digits stand behind the decimal point; negative when the exponent adds zeros in front of it.
    public let scale: Int

    /// The most digits a number may have, which is what every amount of ``Money`` fits in; more is refused rather than
    /// rounded.
    public static let maximumDigits = 38

    /// The largest exponent accepted after `e`, either way.
    public static let maximumExponent = 60

    /// The largest exponent of a number whose digits may be cut off.
    private static let maximumExponentCutOff = 10_000

    /// Reads `[+-]digits[.digits][e[+-]digits]` in ASCII; `nil` for anything else, spaces and a bare dot included.
    ///
    /// - Parameter utf8: The text's bytes.
    public init?(utf8: some Sequence<UInt8>) {
        self.init(utf8: utf8, cutsOff: false)
    }

    /// Reads text of any precision: significant digits behind the 38th are cut off, and an exponent may be as large as
    /// the text of a binary float has it.
    ///
    /// - Parameter utf8: The text's bytes, at most a few thousand.
    init?(cuttingOff utf8: some Sequence<UInt8>) {
        self.init(utf8: utf8, cutsOff: true)
    }

    private init?(utf8: some Sequence<UInt8>, cutsOff: Bool) {
        let maximumExponent = cutsOff ? Self.maximumExponentCutOff : Self.maximumExponent
        var unscaled: Int128 = 0
        var scale = 0
        var digits = 0
        var significant = 0
        var endsWithPoint = false
        var isNegative = false
        var sawPoint = false
        var exponent: Int?
        var exponentIsNegative = false
        var index = 0
        for byte in utf8 {
            defer { index += 1 }
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = Int(byte &- UInt8(ascii: "0"))
                if let soFar = exponent {
                    exponent = min(max(soFar, 0) * 10 + digit, maximumExponent + 1)
                    continue
                }
                digits += 1
                if significant > 0 || digit > 0 { significant += 1 }
                endsWithPoint = false
                if significant > Self.maximumDigits {
                    if !cutsOff { return nil }
                    if !sawPoint { scale -= 1 }
                    continue
                }
                unscaled = unscaled * 10 + Int128(digit)
                if sawPoint { scale += 1 }
            case UInt8(ascii: "."):
                if sawPoint || exponent != nil || digits == 0 { return nil }
                sawPoint = true
                endsWithPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                if digits == 0 || exponent != nil || endsWithPoint { return nil }
                exponent = -1
            case UInt8(ascii: "-"), UInt8(ascii: "+"):
                if index == 0 {
                    isNegative = byte == UInt8(ascii: "-")
                } else if exponent == -1, !exponentIsNegative {
                    // Only directly behind the `e`: -1 stands for "no digit yet", -2 for "sign seen".
                    exponentIsNegative = byte == UInt8(ascii: "-")
                    exponent = -2
                } else {
                    return nil
                }
            default:
                return nil
            }
        }
        if digits == 0 || endsWithPoint { return nil }
        if let exponent {
            if exponent < 0 || exponent > maximumExponent { return nil }
            scale += exponentIsNegative ? exponent : -exponent
        }
        self.unscaled = isNegative ? -unscaled : unscaled
        self.scale = scale
    }

    /// A number from its digits.
    init(unscaled: Int128, scale: Int) {
        self.unscaled = unscaled
        self.scale = scale
    }

    /// Reads a Swift string; see ``init(utf8:)``.
    public init?(_ text: String) {
        self.init(utf8: text.utf8)
    }

    /// The number as a whole count of `10^-places`, or why it is not one.
    ///
    /// - Parameter places: Decimal places kept, from 0 to 18.
    /// - Returns: The count, exact; or a ``Failure`` when a digit would be lost or the count leaves 128 bits.
    public func rescaled(to places: Int) -> Result<Int128, Failure> {
        if unscaled == 0 { return .success(0) }
        var value = unscaled
        var shift = places - scale
        while shift > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return .failure(.outOfRange) }
            value = product
            shift -= 1
        }
        while shift < 0 {
            let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
            if remainder != 0 { return .failure(.tooPrecise) }
            value = quotient
            shift += 1
        }
        return .success(value)
    }

    /// The number as a whole count of `10^-places`, with whatever stands behind the last place cut off.
    public func truncated(to places: Int) -> Result<Int128, Failure> {
        if scale <= places { return rescaled(to: places) }
        var value = unscaled
        for _ in 0..<(scale - places) where value != 0 { value /= 10 }
        return .success(value)
    }

    /// The number as a whole count of `10^-places`, rounded half away from zero, once.
    func rounded(to places: Int) -> Result<Int128, Failure> {
        if scale <= places { return rescaled(to: places) }
        var value = unscaled
        for _ in 0..<(scale - places - 1) where value != 0 { value /= 10 }
        // Half away from zero depends on the first digit cut off alone.
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
        if remainder.magnitude < 5 { return .success(quotient) }
        return .success(value < 0 ? quotient - 1 : quotient + 1)
    }

    /// The number as plain decimal text, without an exponent and without zeros that say nothing.
    public var plainText: String {
        var digits = String(unscaled.magnitude)
        if unscaled == 0 { return "0" }
        let sign = unscaled < 0 ? "-" : ""
        if scale <= 0 { return sign + digits + String(repeating: "0", count: -scale) }
        digits = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
        var fraction = digits.suffix(scale)
        while fraction.last == "0" { fraction.removeLast() }
        return sign + digits.dropLast(scale) + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// Why a decimal does not fit a fixed number of places.
    public enum Failure: Error, Equatable, Sendable {
        /// Digits other than zero stand behind the last place kept.
        case tooPrecise
        /// The number is too large for 128 bits.
        case outOfRange
    }

    /// `value × 10^-scale` as the shortest plain decimal text with at least `minimumPlaces` decimals.
    static func text(_ value: Int128, scale: Int, minimumPlaces: Int) -> String {
        let magnitude = value.magnitude
        var divisor: UInt128 = 1
        for _ in 0..<scale { divisor *= 10 }
        let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: divisor)
        var fraction = scale == 0 ? "" : String(rest)
        fraction = String(repeating: "0", count: scale - fraction.utf8.count) + fraction
        var digits = fraction.utf8[...]
        while digits.count > minimumPlaces, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        let sign = value < 0 ? "-" : ""
        return digits.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(Substring(digits))"
    }
}
