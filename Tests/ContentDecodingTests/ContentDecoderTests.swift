import ContentDecoding
import Testing

struct ContentDecoderTests {
    /// A way to code content, and the header that says so.
    struct Coded: Sendable, CustomTestStringConvertible {
        let header: String
        let coding: ContentCoding
        let encode: @Sendable ([UInt8]) throws -> [UInt8]

        var testDescription: String { header }
    }

    private static let all: [Coded] = [
        Coded(header: "gzip", coding: .gzip, encode: Encoding.gzip),
        Coded(header: "x-gzip", coding: .gzip) { bytes in
            try Encoding.gzip(Array(bytes[..<10])) + Encoding.gzip([]) + Encoding.gzip(Array(bytes[10...]))
        },
        Coded(header: "deflate", coding: .deflate, encode: Encoding.zlib),
        Coded(header: "Deflate", coding: .deflate, encode: Encoding.rawDeflate),
        Coded(header: "br", coding: .brotli, encode: Encoding.brotli),
        Coded(header: "zstd", coding: .zstd, encode: Encoding.zstd),
        Coded(header: " ZSTD ", coding: .zstd) { bytes in
            try Encoding.zstd(Array(bytes[..<10])) + Encoding.zstd(Array(bytes[10...]))
        },
        Coded(header: "gzip,\tbr", coding: .brotli) { try Encoding.brotli(Encoding.gzip($0)) },
        Coded(header: "identity, zstd, identity, gzip", coding: .gzip) { try Encoding.gzip(Encoding.zstd($0)) },
    ]

    private static let text = Array(
        (0..<40).map { "data: {\"id\":\"c\($0)\",\"choices\":[{\"delta\":{\"content\":\"\($0 * 7919 % 97)\"}}]}\n\n" }
            .joined().utf8)

    private struct UnknownCoding: Error {}

    private func decoder(_ header: String, maximumBytes: Int = 1 << 20) throws -> ContentDecoder {
        guard let decoder = ContentDecoder(header, maximumBytes: maximumBytes) else { throw UnknownCoding() }
        return decoder
    }

    /// What comes out of some chunks, and the fault that ended it.
    private func decode(
        _ chunks: [ArraySlice<UInt8>], _ header: String, maximumBytes: Int = 1 << 20
    ) throws -> (bytes: [UInt8], error: ContentDecodingError?) {
        var decoder = try decoder(header, maximumBytes: maximumBytes)
        var bytes: [UInt8] = []
        do {
            for chunk in chunks {
                unsafe try chunk.withUnsafeBytes { chunk in
                    unsafe try decoder.decode(chunk) { unsafe bytes.append(contentsOf: $0) }
                }
            }
            try decoder.finish()
        } catch let error as ContentDecodingError {
            return (bytes, error)
        }
        return (bytes, nil)
    }

    @Test(arguments: all)
    func everyCutGivesTheSame(_ coded: Coded) throws {
        let packed = try coded.encode(Self.text)
        #expect(packed.count < Self.text.count)
        for cut in 0...packed.count {
            let read = try decode([packed[..<cut], packed[cut...]], coded.header)
            #expect(read.bytes == Self.text && read.error == nil, "cut at \(cut)")
            if read.bytes != Self.text { return }
        }
        let byByte = try decode(packed.indices.map { packed[$0...$0] }, coded.header)
        #expect(byByte.bytes == Self.text && byByte.error == nil)
    }

    @Test(arguments: all)
    func everyTruncationIsNoticed(_ coded: Coded) throws {
        let packed = try coded.encode(Self.text)
        // The ends of members are ends, too.
        var ends: Set<Int> = [0]
        if coded.header == "x-gzip" {
            let first = try Encoding.gzip(Array(Self.text[..<10])).count
            ends.formUnion([first, first + (try Encoding.gzip([]).count)])
        } else if coded.header == " ZSTD " {
            ends.insert(try Encoding.zstd(Array(Self.text[..<10])).count)
        }
        for count in 0..<packed.count {
            let read = try decode([packed[..<count]], coded.header)
            #expect(read.bytes == Array(Self.text.prefix(read.bytes.count)))
            #expect((read.error == nil) == ends.contains(count), "\(count) bytes")
            if case .truncated(_, let offset)? = read.error, !coded.header.contains(",") { #expect(offset == count) }
        }
    }

    /// What has a checksum is either right or a fault, whatever is changed; and nothing ever traps.
    @Test(arguments: all)
    func everyDamageIsSurvived(_ coded: Coded) throws {
        let packed = try coded.encode(Self.text)
        let isChecked = ["gzip", "x-gzip", "deflate"].contains(coded.header)
        for index in packed.indices {
            var damaged = packed
            damaged[index] ^= 0x41
            let read = try decode([damaged[...]], coded.header, maximumBytes: 1 << 16)
            if isChecked { #expect(read.error != nil || read.bytes == Self.text, "byte \(index)") }
        }
    }

    @Test func afterAFaultEveryCallFails() throws {
        var decoder = try decoder("gzip")
        var errors: [ContentDecodingError] = []
        for bytes in [Array("plain".utf8), try Encoding.gzip(Self.text)] {
            do throws(ContentDecodingError) {
                unsafe try decode(bytes, with: &decoder) { _ in Issue.record("decoded") }
            } catch {
                errors.append(error)
            }
        }
        do throws(ContentDecodingError) { try decoder.finish() } catch { errors.append(error) }
        let expected = ContentDecodingError.corrupt(.gzip, byteOffset: 2, detail: "incorrect header check")
        #expect(errors == [expected, expected, expected])
        #expect(expected.description.hasPrefix("damaged gzip content at byte 2 (incorrect header check)"))
    }

    private func decode(
        _ bytes: [UInt8], with decoder: inout ContentDecoder, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(ContentDecodingError) {
        var failure: ContentDecodingError?
        unsafe bytes.withUnsafeBytes { buffer in
            do throws(ContentDecodingError) {
                unsafe try decoder.decode(buffer, into: body)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    @Test func whatFollowsTheEndIsAFault() throws {
        let more = Array("more".utf8)
        for (header, packed) in [
            ("gzip", try Encoding.gzip(Self.text)), ("deflate", try Encoding.zlib(Self.text)),
            ("br", try Encoding.brotli(Self.text)), ("zstd", try Encoding.zstd(Self.text)),
        ] {
            let read = try decode([(packed + more)[...]], header)
            #expect(read.bytes == Self.text)
            guard case .corrupt = read.error else {
                Issue.record("\(header): \(String(describing: read.error))")
                continue
            }
        }
        // Some writers pad with zeros.
        let padded = try Encoding.gzip(Self.text) + [0, 0, 0]
        #expect(try decode([padded[...]], "gzip") == (Self.text, nil))
    }

    @Test func headersAreRead() throws {
        let text = Self.text[...]
        for header in ["", "identity", " Identity ,, identity"] {
            #expect(try decode([text, text], header) == (Self.text + Self.text, nil))
            let isIdentity = try decoder(header).isIdentity
            #expect(isIdentity)
        }
        for header in ["compress", "gzip, compress", "gzip;q=1", "gzip,gzip,gzip,gzip,gzip", "gzip br"] {
            let isKnown = ContentDecoder(header) != nil
            #expect(!isKnown, "\(header)")
        }
    }

    @Test func aBodyWithoutAByteIsNoFault() throws {
        for coded in Self.all { #expect(try decode([], coded.header) == ([], nil)) }
    }

    /// A few bytes may stand for very many: no more than the limit is handed on, in pieces of at most one window.
    @Test(arguments: all)
    func whatIsTooLongIsCut(_ coded: Coded) throws {
        let packed = try coded.encode([UInt8](repeating: 7, count: 1 << 20))
        var decoder = try decoder(coded.header, maximumBytes: 100_000)
        var count = 0
        var largest = 0
        var failure: ContentDecodingError?
        do throws(ContentDecodingError) {
            unsafe try decode(packed, with: &decoder) { piece in
                count += piece.count
                largest = max(largest, piece.count)
            }
        } catch {
            failure = error
        }
        #expect(failure == .tooLarge(maximumBytes: 100_000))
        #expect(count == 100_000 && largest <= ContentDecoder.windowBytes)
        #expect(try decode([packed[...]], coded.header).bytes.count == 1 << 20)
    }

    /// What a server has flushed is there at once, as an event stream needs it.
    @Test func whatWasFlushedIsHandedOnAtOnce() throws {
        let events = Array("data: 1\n\ndata: 2\n\n".utf8)
        let packed = try Encoding.deflated(events, windowBits: 15 + 16, flushEvery: 9)
        // Every flush ends with the empty stored block of zlib.
        let mark: [UInt8] = [0, 0, 0xFF, 0xFF]
        let end = try #require(packed.indices.first { Array(packed[$0...].prefix(4)) == mark }) + 4
        let read = try decode([packed[..<end]], "gzip")
        #expect(read.bytes == Array("data: 1\n\n".utf8))
        #expect(read.error == .truncated(.gzip, byteOffset: end))
    }
}
