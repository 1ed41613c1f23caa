import CBrotliEncoder
import CZlib
import CZstd
import Testing

/// Makes coded content to decode.
enum Encoding {
    /// Deflates with zlib; the window bits choose the wrapper, as zlib has it.
    static func deflated(_ bytes: [UInt8], windowBits: Int32, flushEvery: Int = .max) throws -> [UInt8] {
        var stream = unsafe z_stream()
        let started = unsafe deflateInit2_(
            &stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        try #require(started == Z_OK)
        defer { unsafe deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count * 2 + 1024)
        unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                var left = source.count
                repeat {
                    let part = min(left, flushEvery)
                    unsafe stream.avail_in = UInt32(part)
                    left -= part
                    unsafe deflate(&stream, left == 0 ? Z_FINISH : Z_SYNC_FLUSH)
                } while left > 0
            }
        }
        return unsafe Array(output[..<Int(stream.total_out)])
    }

    static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        try deflated(bytes, windowBits: 15 + 16)
    }

    static func zlib(_ bytes: [UInt8]) throws -> [UInt8] {
        try deflated(bytes, windowBits: 15)
    }

    static func rawDeflate(_ bytes: [UInt8]) throws -> [UInt8] {
        try deflated(bytes, windowBits: -15)
    }

    static func brotli(_ bytes: [UInt8]) throws -> [UInt8] {
        var output = [UInt8](repeating: 0, count: bytes.count * 2 + 1024)
        var count = output.count
        let status = unsafe BrotliEncoderCompress(
            5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.count, bytes, &count, &output)
        try #require(status != 0)
        return Array(output[..<count])
    }

    static func zstd(_ bytes: [UInt8]) throws -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let count = unsafe ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
        try #require(ZSTD_isError(count) == 0)
        return Array(output[..<count])
    }
}
