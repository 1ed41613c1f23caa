import Testing

@testable import CurlTransport

/// Which limit is reached first.
struct TransferDeadlinesTests {
    private let second: UInt64 = 1_000_000_000

    @Test func waitsForTheHeadThenForBytes() {
        var times = TransferDeadlines(
            TransferLimits(firstByte: .seconds(10), idle: .seconds(3), total: .seconds(60)), from: 5 * second)
        #expect(times.next(isHeld: false) == (15 * second, .firstByte))
        // Before the head a body may be waited for as long as for the head.
        #expect(times.next(isHeld: true) == (15 * second, .firstByte))
        times.hasHead = true
        times.lastMoved = 20 * second
        #expect(times.next(isHeld: false) == (23 * second, .idle))
        #expect(times.next(isHeld: true) == (65 * second, .total))
        times.lastMoved = 63 * second
        #expect(times.next(isHeld: false) == (65 * second, .total))
    }

    @Test func takesLimitsOfAnyLength() {
        let endless = TransferLimits(
            firstByte: .seconds(Int64.max), idle: .seconds(Int64.max), total: .seconds(Int64.max))
        var times = TransferDeadlines(endless, from: second)
        #expect(times.next(isHeld: false).time == .max)
        times.hasHead = true
        #expect(times.next(isHeld: false).time == .max)
        let none = TransferDeadlines(TransferLimits(firstByte: .zero, total: .seconds(-1)), from: second)
        #expect(none.next(isHeld: false).time == second)
    }
}
