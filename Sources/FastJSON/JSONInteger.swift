/// What the text of a JSON number says as an integer.
///
/// Read from the digits themselves, never through a floating-point number: `1e3` and `1000.0` are exactly 1000, and
/// 10²⁰ is out of range, not rounded.
package enum JSONInteger: Equatable, Sendable {
    /// The exact value.
    case integer(Int64)
    /// An integer that `Int64` cannot hold.
    case outOfRange
    /// A number with a fraction that is not zero.
    case notInteger

    /// Reads a number.
    ///
    /// The bytes must obey the JSON number grammar, as those of `JSONValue.numberText` do.
    @inlinable
    package init(number text: UnsafeRawBufferPointer) {
        let isNegative = unsafe text.first == UInt8(ascii: "-")
        let digits = unsafe UnsafeRawBufferPointer(rebasing: text[(isNegative ? 1 : 0)...])
        // Eighteen digits always fit, and are nearly every number there is.
        if digits.count <= 18 {
            var magnitude: Int64 = 0
            var isPlain = true
            for index in 0..<digits.count {
                let digit = unsafe digits[index] &- UInt8(ascii: "0")
                guard digit <= 9 else {
                    isPlain = false
                    break
                }
                magnitude = magnitude &* 10 &+ Int64(digit)
            }
            if isPlain {
                self = .integer(isNegative ? -magnitude : magnitude)
                return
            }
        }
        self = unsafe Self.general(digits: digits, isNegative: isNegative)
    }

    /// Exponents are read up to this size; a larger one has the same outcome.
    private static let exponentLimit = 1_000_000_000_000

    @usableFromInline
    static func general(digits text: UnsafeRawBufferPointer, isNegative: Bool) -> JSONInteger {
        let mantissaEnd =
            unsafe text.firstIndex { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") } ?? text.count
        let exponent = unsafe readExponent(text, after: mantissaEnd)
        let point = unsafe text[..<mantissaEnd].firstIndex(of: UInt8(ascii: ".")) ?? mantissaEnd
        // The significant digits run from the first to the last that is not zero.
        func isSignificant(_ byte: UInt8) -> Bool { byte != UInt8(ascii: "0") && byte != UInt8(ascii: ".") }
        guard
            let first = unsafe text[..<mantissaEnd].firstIndex(where: isSignificant),
            let last = unsafe text[..<mantissaEnd].lastIndex(where: isSignificant)
        else {
            return .integer(0)
        }
        // The power of ten of the last significant digit, and of the first.
        let lowest = exponent + (last < point ? point - 1 - last : point - last)
        let highest = exponent + (first < point ? point - 1 - first : point - first)
        if lowest < 0 { return .notInteger }
        if highest > 18 { return .outOfRange }
        var value: Int64 = 0
        var power = highest
        var index = first
        while power >= 0 {
            var digit: Int64 = 0
            if index <= last {
                if index == point { index += 1 }
                digit = unsafe Int64(text[index] &- UInt8(ascii: "0"))
                index += 1
            }
            let (scaled, tooLarge) = value.multipliedReportingOverflow(by: 10)
            // Built on the negative side, which reaches one further.
            let (sum, tooSmall) = scaled.subtractingReportingOverflow(digit)
            if tooLarge || tooSmall { return .outOfRange }
            value = sum
            power -= 1
        }
        if isNegative { return .integer(value) }
        return value == Int64.min ? .outOfRange : .integer(-value)
    }

    @usableFromInline
    static func readExponent(_ text: UnsafeRawBufferPointer, after mantissaEnd: Int) -> Int {
        var index = mantissaEnd + 1
        guard index < text.count else { return 0 }
        let isNegative = unsafe text[index] == UInt8(ascii: "-")
        if unsafe isNegative || text[index] == UInt8(ascii: "+") { index += 1 }
        var exponent = 0
        while index < text.count, exponent < exponentLimit {
            exponent = unsafe exponent * 10 + Int(text[index] &- UInt8(ascii: "0"))
            index += 1
        }
        return isNegative ? -exponent : exponent
    }
}
