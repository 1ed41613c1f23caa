/// Writes counted keys in ascending order into a new temporary file, a page at a time.
@safe
final class RunWriter {
    private let file: Descriptor
    private let page: UnsafeMutableBufferPointer<CountedKey>
    private var used = 0
    private var count = 0

    /// A writer over a page it borrows for as long as it lives.
    init(file: Descriptor, page: UnsafeMutableBufferPointer<CountedKey>) {
        self.file = file
        unsafe self.page = unsafe page
    }

    func append(_ key: CountedKey) throws(LogInputError) {
        if unsafe used == page.count { try flush() }
        unsafe page[used] = key
        used += 1
        count += 1
    }

    func finish() throws(LogInputError) -> SpilledRun {
        try flush()
        return SpilledRun(file: file, count: count)
    }

    private func flush() throws(LogInputError) {
        unsafe try file.write(UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: page[..<used])))
        used = 0
    }
}
