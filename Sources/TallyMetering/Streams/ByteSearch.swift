#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension UnsafeRawBufferPointer {
    /// The first place from some place on where a byte stands, `count` when there is none: at the speed of memory.
    func index(of byte: UInt8, from start: Int) -> Int {
        guard start < count, let base = baseAddress,
            let found = unsafe memchr(base + start, Int32(byte), count - start)
        else { return count }
        return unsafe UnsafeRawPointer(found) - base
    }
}
