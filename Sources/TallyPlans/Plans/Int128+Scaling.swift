extension Int128 {
    /// `self × factor ÷ divisor`, rounded half away from zero, once, without an intermediate that could overflow.
    ///
    /// - Parameters:
    ///   - factor: Not negative.
    ///   - divisor: Positive; the quotient must fit 128 bits.
    /// - Returns: The nearest whole number.
    func scaled(by factor: Int128, over divisor: Int128) -> Int128 {
        let (quotient, remainder) = magnitude.quotient(times: factor.magnitude, over: divisor.magnitude)
        let rounded = Int128(remainder >= divisor.magnitude - remainder ? quotient + 1 : quotient)
        return self < 0 ? -rounded : rounded
    }
}

extension UInt128 {
    /// `self × factor` divided by `divisor`, through an intermediate of 256 bits.
    func quotient(times factor: UInt128, over divisor: UInt128) -> (quotient: UInt128, remainder: UInt128) {
        divisor.dividingFullWidth(multipliedFullWidth(by: factor))
    }
}
