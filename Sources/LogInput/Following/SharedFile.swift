/// A file that others read too: each reader has a place of its own in it.
final class SharedFile: ByteInput {
    private let descriptor: Descriptor
    private var offset = 0

    init(_ descriptor: Descriptor) { self.descriptor = descriptor }

    var name: String { descriptor.name }

    func regularSize() throws(LogInputError) -> Int? { try descriptor.regularSize() }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogInputError) -> Int {
        let count = unsafe try descriptor.readSome(at: offset, into: buffer)
        offset += count
        return count
    }

    func seek(to offset: Int) { self.offset = offset }
}
