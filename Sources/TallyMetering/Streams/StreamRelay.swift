/// Says what of a response may be passed on to its client, and when: all at once, but its end, which waits until the
/// call is recorded.
///
/// What is kept back, in the order of the bytes:
/// - Of an event stream the terminal event (`[DONE]`, `message_stop`, `response.completed` and their like: those that
///   ``StreamedUsage`` ends with) and all that follows it. A stream whose host sends none passes whole, but for an event
///   that lacks its empty line; what its client waits for is that the connection ends, and that is the caller's to keep.
/// - An event that says the call has failed, at which many clients stop reading, and all that follows it, which is still
///   metered: some hosts tell behind it what was used. Past ``maximumKeptBytes`` it counts as the terminal one.
/// - What the host sends since it was asked for the usage, when it was not the client that asked: it is dropped. That is
///   the chunk that `stream_options.include_usage` asks for, and the `"usage": null` of the other chunks, with its comma.
///   Usage beside a choice passes, and so does a chunk with neither, as the first of Azure.
/// - An event that has begun, until it is whole, since only then is it known what it is; no client can read it sooner.
///   One of more than ``maximumEventBytes`` passes as it comes, but for its last ``keptTailBytes``: nothing of it is
///   dropped, whatever it holds, and if it is the terminal one, its client lacks the end of it.
/// - Of a list of objects, as Google streams them, the closing bracket and what follows it. Objects line by line pass.
/// - Of any other body the last byte that has come: what is a whole body is not whole without it.
///
/// Comments and empty lines pass at once. Nothing is copied but what is kept, and what stands around a dropped part. All
/// that passes of a chunk passes at once where something may be dropped, so that a client reads it as it was sent.
/// Released, kept and dropped bytes are together the bytes that came, in their order.
package struct StreamRelay {
    /// The most bytes of an event that are kept until it is whole.
    package static let maximumEventBytes = 32 << 10
    /// What is kept of a larger one: enough for the lines that may stand behind its data.
    package static let keptTailBytes = 256
    /// Past so many bytes behind a failure the call should be recorded, though the host goes on.
    package static let maximumKeptBytes = 1 << 20

    /// Whether the terminal event has come, so that everything is kept until ``release()``.
    package private(set) var hasTerminalEvent = false

    private let dropsUsageChunk: Bool
    /// Whether an event has said that the call has failed.
    private var hasFailed = false
    private var kept: [UInt8] = []
    /// Whether what is kept is the beginning of an event, and not just a byte.
    private var keepsEvent = false
    /// Whether the event that is coming was too long to be kept whole.
    private var isPartlyPassed = false
    /// What to do with a line feed that comes next: the second half of a line end that came before it.
    private var lineFeed = LineFeed.none
    private var isReleased = false

    private enum LineFeed {
        case none, passes, isDropped
    }

    /// A relay of one response.
    ///
    /// - Parameter dropsUsageChunk: Whether it was not the client that asked for the chunk with the usage alone.
    package init(dropsUsageChunk: Bool = false) {
        self.dropsUsageChunk = dropsUsageChunk
    }

    /// How many bytes are kept.
    package var keptCount: Int { kept.count }

    /// Relays a chunk of a body that is not coded, and meters it.
    ///
    /// - Parameters:
    ///   - chunk: The next bytes.
    ///   - usage: Reads the same response; every chunk goes through here, none to it alone.
    ///   - pass: Takes what may be passed on now, in order.
    package mutating func feed(
        _ chunk: Span<UInt8>, reading usage: inout StreamedUsage, pass: (Passage) -> Void
    ) {
        if chunk.isEmpty { return }
        if isReleased {
            usage.feed(chunk)
            return pass(.part(0..<chunk.count))
        }
        if hasTerminalEvent {
            usage.feed(chunk)
            return keep(chunk, from: 0)
        }
        if hasFailed { return keepFailure(chunk, reading: &usage) }
        guard dropsUsageChunk else { return relay(chunk, reading: &usage, pass) }
        var passages: [Passage] = []
        relay(chunk, reading: &usage) { passages.append($0) }
        if let passage = Passage(joining: passages, of: chunk) { pass(passage) }
    }

    private mutating func relay(
        _ chunk: Span<UInt8>, reading usage: inout StreamedUsage, _ pass: (Passage) -> Void
    ) {
        if !keepsEvent { passKept(pass) }
        // Where the event begins that is coming, and up to where the chunk is settled.
        var (begin, settled) = takeLineFeed(chunk)
        var lastIsDropped = false
        usage.feed(chunk) { role, end in
            if role == .terminal, hasFailed { hasTerminalEvent = true }
            if hasTerminalEvent || hasFailed || end <= begin { return }
            lastIsDropped = false
            if role == .terminal || role == .failure {
                hasTerminalEvent = role == .terminal
                hasFailed = role == .failure
                if begin > 0 { passUp(to: begin, from: &settled, pass) }
            } else if role != .ordinary, mayDrop(eventOf: end - begin + (begin == 0 ? kept.count : 0)) {
                if begin > 0 { passUp(to: begin, from: &settled, pass) }
                if role == .usageChunk {
                    kept = []
                    settled = end
                    lastIsDropped = true
                } else {
                    passWithoutNullUsage(chunk, upTo: end, from: &settled, pass)
                }
            }
            isPartlyPassed = false
            begin = end
        }
        if hasTerminalEvent || hasFailed { return keep(chunk, from: settled) }
        noteLineEnd(chunk, begin: begin, isDropped: lastIsDropped)
        switch usage.tail {
        case .nothing:
            passUp(to: chunk.count, from: &settled, pass)
            keepsEvent = false
        case .lastByte:
            passUp(to: max(settled, chunk.count - 1), from: &settled, pass)
            keep(chunk, from: settled)
            keepsEvent = false
        case .event:
            keepEvent(chunk, from: begin, settled: &settled, pass)
            keepsEvent = true
        }
    }

    /// Keeps a chunk that comes behind a failure, and meters it.
    private mutating func keepFailure(_ chunk: Span<UInt8>, reading usage: inout StreamedUsage) {
        usage.feed(chunk) { role, _ in
            if role == .terminal { hasTerminalEvent = true }
        }
        keep(chunk, from: 0)
        if kept.count > Self.maximumKeptBytes { hasTerminalEvent = true }
    }

    /// Relays a chunk of a body that says nothing as it is, such as a compressed one: its last byte is kept.
    ///
    /// - Parameters:
    ///   - chunk: The next bytes.
    ///   - pass: Takes what may be passed on now, in order.
    package mutating func feed(_ chunk: Span<UInt8>, pass: (Passage) -> Void) {
        if chunk.isEmpty { return }
        if isReleased { return pass(.part(0..<chunk.count)) }
        passKept(pass)
        if chunk.count > 1 { pass(.part(0..<chunk.count - 1)) }
        keep(chunk, from: chunk.count - 1)
    }

    /// Ends the response, as its host has: what is kept can be no more than it is.
    ///
    /// - Parameter usage: Reads the same response; what is left to do with it is to finish it.
    package mutating func end(reading usage: inout StreamedUsage) {
        usage.end { role in
            if role == .terminal { hasTerminalEvent = true }
            guard keepsEvent, !hasTerminalEvent, !hasFailed, role != .failure, mayDrop(eventOf: kept.count) else {
                return
            }
            if role == .usageChunk { kept = [] }
            if role == .nullUsage { dropNullUsageOfKept() }
        }
    }

    /// Releases the end of the response: the call is recorded.
    ///
    /// - Returns: What was kept; from now on everything passes at once.
    package mutating func release() -> [UInt8] {
        isReleased = true
        let bytes = kept
        kept = []
        return bytes
    }

    private func mayDrop(eventOf count: Int) -> Bool {
        dropsUsageChunk && !isPartlyPassed && count <= Self.maximumEventBytes
    }

    /// Passes what is kept, and the chunk up to some place.
    private mutating func passUp(to end: Int, from settled: inout Int, _ pass: (Passage) -> Void) {
        passKept(pass)
        if settled < end { pass(.part(settled..<end)) }
        settled = max(settled, end)
    }

    /// Passes an event that says `"usage": null`, as if it had not said so.
    private mutating func passWithoutNullUsage(
        _ chunk: Span<UInt8>, upTo end: Int, from settled: inout Int, _ pass: (Passage) -> Void
    ) {
        let event = chunk.extracting(settled..<end)
        if kept.isEmpty {
            if let range = unsafe event.withUnsafeBytes({ unsafe NullUsage.range(in: $0) }) {
                let start = settled
                passUp(to: start + range.lowerBound, from: &settled, pass)
                settled = start + range.upperBound
            }
        } else {
            keep(event, from: 0)
            settled = end
            dropNullUsageOfKept()
        }
        passUp(to: end, from: &settled, pass)
    }

    private mutating func dropNullUsageOfKept() {
        if let range = unsafe kept.withUnsafeBytes({ unsafe NullUsage.range(in: $0) }) { kept.removeSubrange(range) }
    }

    private mutating func passKept(_ pass: (Passage) -> Void) {
        if kept.isEmpty { return }
        let bytes = kept
        kept = []
        pass(.bytes(bytes))
    }

    private mutating func keep(_ chunk: Span<UInt8>, from start: Int) {
        unsafe chunk.extracting(start...).withUnsafeBytes { unsafe kept.append(contentsOf: $0) }
    }

    /// Keeps the event that begins at some place, or in what is kept, as far as it is not too long.
    private mutating func keepEvent(
        _ chunk: Span<UInt8>, from begin: Int, settled: inout Int, _ pass: (Passage) -> Void
    ) {
        if begin > 0 { passUp(to: begin, from: &settled, pass) }
        let count = kept.count + chunk.count - settled
        guard isPartlyPassed || count > Self.maximumEventBytes else { return keep(chunk, from: settled) }
        isPartlyPassed = true
        let surplus = count - Self.keptTailBytes
        if surplus >= kept.count {
            passUp(to: settled + surplus - kept.count, from: &settled, pass)
        } else if surplus > 0 {
            pass(.bytes(Array(kept[..<surplus])))
            kept.removeFirst(surplus)
        }
        keep(chunk, from: settled)
    }

    /// Settles a line feed that is the second half of a line end.
    private mutating func takeLineFeed(_ chunk: Span<UInt8>) -> (begin: Int, settled: Int) {
        defer { lineFeed = .none }
        guard chunk[0] == UInt8(ascii: "\n") else { return (0, 0) }
        switch lineFeed {
        case .none: return (0, 0)
        case .passes: return (1, 0)
        case .isDropped: return (1, 1)
        }
    }

    /// Notes that the chunk ends with an event that ends with a carriage return, the first half of a line end perhaps.
    private mutating func noteLineEnd(_ chunk: Span<UInt8>, begin: Int, isDropped: Bool) {
        guard begin == chunk.count, chunk[begin - 1] == UInt8(ascii: "\r") else { return }
        lineFeed = isDropped ? .isDropped : .passes
    }
}
