/// Goes through a run from front to back, a page at a time.
@safe
final class RunCursor {
    private let run: SpilledRun
    private let page: UnsafeMutableBufferPointer<CountedKey>
    private var next = 0
    private var filled = 0
    private var position = 0

    /// A cursor over a page it borrows for as long as it lives.
    init(_ run: SpilledRun, page: UnsafeMutableBufferPointer<CountedKey>) {
        self.run = run
        unsafe self.page = unsafe page
    }

    /// The record it stands at; nil behind the last.
    func current() throws(LogInputError) -> CountedKey? {
        if position == filled {
            guard next < run.count else { return nil }
            filled = unsafe try run.read(from: next, into: page)
            next += filled
            position = 0
        }
        return unsafe page[position]
    }

    func advance() {
        position += 1
    }
}
