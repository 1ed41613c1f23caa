/// Where the bytes of an input come from, compressed as they may be.
protocol ByteInput: AnyObject {
    /// The name errors give it.
    var name: String { get }

    /// Bytes of an input that is a regular file or at hand; nil for a pipe or device.
    func regularSize() throws(LogInputError) -> Int?

    /// Reads what there is, up to the size of the buffer; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogInputError) -> Int

    /// Goes to a place of an input that has a size, from which it is read on.
    func seek(to offset: Int) throws(LogInputError)
}

extension Descriptor: ByteInput {}
