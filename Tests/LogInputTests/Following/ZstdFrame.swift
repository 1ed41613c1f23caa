import CZstd
import Testing

extension InputFixture {
    /// One Zstandard frame.
    static func zstdFrame(_ bytes: [UInt8]) throws -> [UInt8] {
        var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let capacity = packed.count
        let count = unsafe packed.withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { source in
                unsafe ZSTD_compress(target.baseAddress, capacity, source.baseAddress, source.count, 3)
            }
        }
        try #require(ZSTD_isError(count) == 0)
        return Array(packed[..<count])
    }
}
