import Testing

@testable import TallyForecast

struct CalibrationTests {
    @Test func theQuantilesThatArePublishedAreMetExactly() {
        for (probability, coefficient) in zip(Calibration.probabilities, Calibration.published.coefficients) {
            #expect(Calibration.published.coefficient(at: probability) == coefficient)
            #expect(abs(Calibration.published.probability(of: coefficient) - probability) < 1e-9)
        }
    }

    @Test func betweenAndBeyondTheyRise() {
        var previous = -Double.infinity
        for step in 1..<1000 {
            let probability = Double(step) / 1000
            let coefficient = Calibration.published.coefficient(at: probability)
            #expect(coefficient > previous)
            #expect(abs(Calibration.published.probability(of: coefficient) - probability) < 1e-9)
            previous = coefficient
        }
    }

    @Test func onlyAscendingOnesAroundZeroAreTaken() {
        #expect(Calibration(coefficients: [-2, -1, 0, 1, 2]) != nil)
        #expect(Calibration(coefficients: [-2, -1, 0.1, 1, 2]) == nil)
        #expect(Calibration(coefficients: [-2, -2, 0, 1, 2]) == nil)
        #expect(Calibration(coefficients: [-2, -1, 0, 1]) == nil)
        #expect(Calibration(coefficients: [-2, -1, 0, 1, .infinity]) == nil)
    }

    @Test(arguments: [(0.5, 0.0), (0.975, 1.959963984540054), (0.1, -1.2815515655446004), (0.999, 3.090232306167813)])
    func normalScores(_ probability: Double, _ score: Double) {
        #expect(abs(NormalDistribution.score(probability) - score) < 1e-9)
        #expect(abs(NormalDistribution.probability(score) - probability) < 1e-12)
    }
}
