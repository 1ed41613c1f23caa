/// What stands in a queue of deadlines.
protocol HasDeadline: AnyObject {
    /// The queue's own: where it stands, `nil` when it is in none.
    var deadlinePlace: Int? { get set }
}

/// When each transfer is to be looked at next, earliest first: a binary heap in which every transfer knows its place.
struct DeadlineQueue<Transfer: HasDeadline> {
    private struct Entry {
        var time: UInt64
        let transfer: Transfer
    }

    private var entries: [Entry] = []

    /// The earliest time; `nil` when there is none.
    var first: UInt64? { entries.first?.time }

    mutating func insert(_ transfer: Transfer, at time: UInt64) {
        transfer.deadlinePlace = entries.count
        entries.append(Entry(time: time, transfer: transfer))
        rise(entries.count - 1)
    }

    /// Looks at a transfer earlier than was said; a later time is found when the old one comes.
    mutating func advance(_ transfer: Transfer, to time: UInt64) {
        guard let place = transfer.deadlinePlace, time < entries[place].time else { return }
        entries[place].time = time
        rise(place)
    }

    mutating func remove(_ transfer: Transfer) {
        guard let place = transfer.deadlinePlace else { return }
        transfer.deadlinePlace = nil
        let last = entries.removeLast()
        guard place < entries.count else { return }
        put(last, at: place)
        rise(place)
        sink(place)
    }

    /// Takes the earliest transfer out if its time has come.
    mutating func popFirst(until now: UInt64) -> Transfer? {
        guard let first = entries.first, first.time <= now else { return nil }
        remove(first.transfer)
        return first.transfer
    }

    private mutating func put(_ entry: Entry, at place: Int) {
        entries[place] = entry
        entry.transfer.deadlinePlace = place
    }

    private mutating func rise(_ start: Int) {
        var place = start
        while place > 0, entries[(place - 1) / 2].time > entries[place].time {
            exchange(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in (2 * place + 1)...(2 * place + 2)
            where child < entries.count && entries[child].time < entries[least].time {
                least = child
            }
            guard least != place else { return }
            exchange(place, least)
            place = least
        }
    }

    private mutating func exchange(_ one: Int, _ other: Int) {
        entries.swapAt(one, other)
        entries[one].transfer.deadlinePlace = one
        entries[other].transfer.deadlinePlace = other
    }
}
