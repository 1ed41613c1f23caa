/// An exact decimal number, column type `numeric`: `unscaled` × 10^−`scale`.
///
/// Equality compares both parts: 1.0 and 1.00 are different values here, as they are different texts in PostgreSQL.
package struct PostgresDecimal: Sendable, Hashable {
    /// PostgreSQL's own limit for the digits after the point.
    package static let maximumScale = 16_383

    /// The number without its point.
    package let unscaled: Int128
    /// How many of its digits stand after the point, from 0 to `maximumScale`.
    package let scale: Int

    /// Joins the two parts; a scale outside 0 to `maximumScale` is a programmer error.
    package init(unscaled: Int128, scale: Int) {
        precondition((0...Self.maximumScale).contains(scale), "scale outside 0 to \(Self.maximumScale)")
        self.unscaled = unscaled
        self.scale = scale
    }

    /// The same number with another count of digits after the point.
    ///
    /// - Throws: kind `.decoding` when digits other than zero would be lost or the number leaves 128 bits.
    package func rescaled(to newScale: Int) throws(PostgresError) -> PostgresDecimal {
        precondition((0...Self.maximumScale).contains(newScale), "scale outside 0 to \(Self.maximumScale)")
        var value = unscaled
        guard value != 0 else { return PostgresDecimal(unscaled: 0, scale: newScale) }
        var scale = scale
        while scale < newScale {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { throw Self.overflow }
            value = product
            scale += 1
        }
        while scale > newScale {
            let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else {
                throw PostgresError(.decoding, "a number has more than \(newScale) digits after its point")
            }
            value = quotient
            scale -= 1
        }
        return PostgresDecimal(unscaled: value, scale: newScale)
    }

    static var overflow: PostgresError {
        PostgresError(.decoding, "a number leaves the range of 128 bits; round it in the statement")
    }
}

extension PostgresDecimal: CustomStringConvertible {
    /// The number as PostgreSQL writes it.
    package var description: String {
        let digits = String(unscaled.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        let sign = unscaled < 0 ? "-" : ""
        guard scale > 0 else { return sign + padded }
        return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }
}

extension PostgresDecimal: PostgresPlainElement {
    package static var postgresType: PostgresType { .numeric }
    package static var arrayType: PostgresType { .numericArray }

    package func encode(into bytes: inout PostgresBytes) throws(PostgresError) {
        let form = NumericForm(unscaled: unscaled, scale: scale)
        bytes.append(Int16(form.count))
        bytes.append(form.weight)
        bytes.append(form.sign)
        bytes.append(form.displayScale)
        for place in 0..<form.count { bytes.append(form.group(place)) }
    }

    package static func accepts(_ type: PostgresType) -> Bool { type == .numeric }

    package static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> PostgresDecimal {
        try NumericForm.decode(bytes)
    }
}
