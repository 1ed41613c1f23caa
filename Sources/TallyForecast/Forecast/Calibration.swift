/// How far the month's total falls from its forecast, in multiples of the error scale.
///
/// Quantiles of scaled errors, pooled over many series: normalised split conformal prediction (Lei, G'Sell, Rinaldo,
/// Tibshirani and Wasserman 2018, "Distribution-Free Predictive Inference for Regression"). Between the quantiles the
/// coefficient is linear in the normal score of the probability, and goes on so beyond the outermost. Errors upwards are
/// larger: spend has a floor and no ceiling.
public struct Calibration: Sendable, Equatable {
    /// The probabilities whose coefficients are held.
    public static let probabilities = [0.025, 0.1, 0.5, 0.9, 0.975]
    /// The multiples of the error scale at each of ``probabilities``, ascending.
    public let coefficients: [Double]

    static let scores = probabilities.map(NormalDistribution.score)

    /// The coefficients found on the 1,264 month totals of the development set, on one half of its series and checked on
    /// the other; the middle of those of least pinball loss and the plain quantiles of the errors.
    public static let published = Calibration(checked: [-1.75, -1.13, 0, 1.4, 3.3])

    /// Coefficients of one's own, such as a service moves by its own hits and misses.
    ///
    /// - Parameter coefficients: One for each of ``probabilities``; `nil` comes back unless they ascend and the middle
    ///   one is 0, which keeps the forecast inside its intervals.
    public init?(coefficients: [Double]) {
        guard coefficients.count == Self.probabilities.count, coefficients.allSatisfy(\.isFinite),
            coefficients[2] == 0, zip(coefficients, coefficients.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        self.init(checked: coefficients)
    }

    private init(checked coefficients: [Double]) { self.coefficients = coefficients }

    /// The multiple at a probability.
    func coefficient(at probability: Double) -> Double {
        if let place = Self.probabilities.firstIndex(of: probability) { return coefficients[place] }
        return Self.interpolate(NormalDistribution.score(probability), from: Self.scores, to: coefficients)
    }

    /// The probability of staying at or below a multiple.
    func probability(of coefficient: Double) -> Double {
        NormalDistribution.probability(Self.interpolate(coefficient, from: coefficients, to: Self.scores))
    }

    private static func interpolate(_ x: Double, from xs: [Double], to ys: [Double]) -> Double {
        let upper = min(max(xs.firstIndex { x < $0 } ?? xs.count - 1, 1), xs.count - 1)
        let slope = (ys[upper] - ys[upper - 1]) / (xs[upper] - xs[upper - 1])
        return ys[upper - 1] + slope * (x - xs[upper - 1])
    }
}
