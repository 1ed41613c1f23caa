import Testing

@testable import CurlTransport

/// A streamed body between its giver and libcurl.
struct UploadQueueTests {
    private func read(_ queue: inout UploadQueue, _ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let read = unsafe bytes.withUnsafeMutableBytes { unsafe queue.read(into: $0) }
        return Array(bytes[..<read])
    }

    private func asks(_ queue: inout UploadQueue) -> Bool { queue.shouldAsk() }

    private func rewinds(_ queue: inout UploadQueue) -> Bool { queue.rewind() }

    @Test func givesBytesInOrder() {
        var queue = UploadQueue(length: nil)
        queue.append([1, 2, 3])
        queue.append([])
        queue.append([4, 5])
        #expect(read(&queue, 2) == [1, 2])
        #expect(read(&queue, 2) == [3, 4])
        #expect(read(&queue, 9) == [5])
        #expect(read(&queue, 9).isEmpty)
        #expect(queue.isEmpty && !queue.isFinished)
        queue.finish()
        queue.append([6])
        #expect(read(&queue, 9).isEmpty)
    }

    @Test func asksOnceEachTimeItRunsLow() {
        var queue = UploadQueue(length: nil)
        #expect(asks(&queue))
        #expect(!asks(&queue))
        queue.append([UInt8](repeating: 1, count: UploadQueue.lowWater))
        #expect(!asks(&queue))
        _ = read(&queue, 1)
        #expect(asks(&queue))
        #expect(!asks(&queue))
        queue.append([1])
        queue.finish()
        #expect(!asks(&queue))
    }

    @Test func knowsItsLength() {
        var queue = UploadQueue(length: 3)
        queue.append([1, 2])
        #expect(asks(&queue) && !queue.isTooLong && !queue.isTooShort)
        queue.append([3])
        #expect(!asks(&queue))
        queue.append([4])
        #expect(queue.isTooLong)
        var short = UploadQueue(length: 3)
        short.append([1, 2])
        short.finish()
        #expect(short.isTooShort)
        var none = UploadQueue(length: 0)
        #expect(!asks(&none))
    }

    @Test func goesBackAsLongAsLittleWasTaken() {
        var queue = UploadQueue(length: nil)
        queue.append([1, 2, 3])
        _ = read(&queue, 2)
        #expect(rewinds(&queue))
        #expect(read(&queue, 9) == [1, 2, 3])
        queue.append([UInt8](repeating: 4, count: UploadQueue.replayed))
        _ = read(&queue, UploadQueue.replayed - 3)
        #expect(rewinds(&queue))
        #expect(read(&queue, UploadQueue.replayed + 1).count == UploadQueue.replayed + 1)
        #expect(!rewinds(&queue))
        #expect(read(&queue, 9) == [4, 4])
    }
}
