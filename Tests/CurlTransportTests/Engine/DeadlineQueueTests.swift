import TallyTestSupport
import Testing

@testable import CurlTransport

/// The order in which transfers are looked at.
struct DeadlineQueueTests {
    private final class Item: HasDeadline {
        var deadlinePlace: Int?
        var time: UInt64

        init(_ time: UInt64) { self.time = time }
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func givesTheEarliestWhateverWasDoneToIt(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var queue = DeadlineQueue<Item>()
        var items: [Item] = []
        for _ in 0..<3_000 {
            switch Int.random(in: 0..<6, using: &generator) {
            case 0...2:
                let item = Item(.random(in: 0..<1_000, using: &generator))
                queue.insert(item, at: item.time)
                items.append(item)
            case 3 where !items.isEmpty:
                let item = items.remove(at: .random(in: 0..<items.count, using: &generator))
                queue.remove(item)
                #expect(item.deadlinePlace == nil)
                queue.remove(item)
            case 4 where !items.isEmpty:
                let item = items[.random(in: 0..<items.count, using: &generator)]
                let time = UInt64.random(in: 0..<1_000, using: &generator)
                queue.advance(item, to: time)
                item.time = min(item.time, time)
            default:
                let now = items.map(\.time).min() ?? 0
                let item = queue.popFirst(until: now)
                #expect(item?.time == items.map(\.time).min())
                items.removeAll { $0 === item }
            }
            #expect(queue.first == items.map(\.time).min())
        }
        while let item = queue.popFirst(until: .max) { items.removeAll { $0 === item } }
        #expect(items.isEmpty)
    }
}
