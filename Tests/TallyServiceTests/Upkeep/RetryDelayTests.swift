import Testing

@testable import TallyService

struct RetryDelayTests {
    @Test func eachDelayIsTwiceTheLastUpToALimit() {
        var delay = RetryDelay()
        let first = (0..<9).map { _ in delay.next() }
        #expect(
            first == [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000].map { Duration.milliseconds($0) })
        for _ in 0..<1_000 { _ = delay.next() }
        #expect(delay.next() == .seconds(15))
    }

    @Test func aSuccessStartsAnew() {
        var delay = RetryDelay()
        #expect(delay.isFirst)
        _ = delay.next()
        #expect(!delay.isFirst)
        _ = delay.next()
        delay.reset()
        #expect(delay.isFirst && delay.next() == .milliseconds(250))
    }
}
