import FastJSON
import NIOCore
import TallyCore
import Testing

@testable import TallyService

struct ProviderErrorTests {
    private func read(_ body: String) throws -> ProviderError {
        ProviderError(body: ByteBuffer(string: body), parser: try JSONParser())
    }

    @Test(arguments: [
        (#"{"error":"Model X is currently loading","estimated_time":20.0}"#, ErrorType.loading, 20_000),
        (#"{"estimated_time":0}"#, .loading, 0), (#"{"estimated_time":1.2349}"#, .loading, 1234),
        (#"{"estimated_time":1e2}"#, .loading, 100_000), (#"{"estimated_time":1000000}"#, .loading, 1_000_000_000),
        // It is loading all the same.
        (#"{"estimated_time":1000000.001}"#, .loading, nil), (#"{"estimated_time":1e300}"#, .loading, nil),
        (#"{"estimated_time":-1}"#, nil, nil), (#"{"estimated_time":"20"}"#, nil, nil),
        (#"{"estimated_time":null}"#, nil, nil), (#"{"error":{"estimated_time":20}}"#, nil, nil),
        (#"{"error":"Model is overloaded","error_type":"overloaded"}"#, .overloaded, nil),
        (#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, .overloaded, nil),
        (#"{"error":{"message":"…","type":"insufficient_quota","code":"insufficient_quota"}}"#, .creditsExhausted, nil),
        (#"{"error":{"message":"…","type":"requests","code":"insufficient_quota"}}"#, .creditsExhausted, nil),
        (#"{"error":{"code":429,"type":["overloaded"]}}"#, nil, nil), (#"{"error":"overloaded"}"#, nil, nil),
        (#"{"error":["overloaded"]}"#, nil, nil), (#"["overloaded"]"#, nil, nil), (#""overloaded""#, nil, nil),
        ("", nil, nil), ("<html>503</html>", nil, nil), (#"{"estimated_time":20"#, nil, nil), ("null", nil, nil),
        (String(repeating: "[", count: 100_000), nil, nil),
    ])
    func saysMoreThanItsStatus(body: String, type: ErrorType?, estimate: Int?) throws {
        let error = try read(body)
        #expect(error.type == type && error.estimatedTimeMs == estimate)
    }

    @Test func aCompressedBodyIsRead() throws {
        let body = ByteBuffer(bytes: gzip(#"{"error":"Model X is currently loading","estimated_time":20}"#))
        for coding in ["gzip", "x-gzip", "GZIP"] {
            #expect(ProviderError(body: body, contentEncoding: coding, parser: try JSONParser()).type == .loading)
        }
        for coding in ["deflate", "snappy", "gzip, gzip"] {
            #expect(ProviderError(body: body, contentEncoding: coding, parser: try JSONParser()).type == nil)
        }
        let plain = ByteBuffer(string: #"{"estimated_time":20}"#)
        for coding in ["identity", "", nil] {
            #expect(ProviderError(body: plain, contentEncoding: coding, parser: try JSONParser()).type == .loading)
        }
        // A few bytes may stand for any number.
        let bomb = ByteBuffer(
            bytes: gzip("{\"estimated_time\":20," + String(repeating: " ", count: 2 << 20) + "\"a\":1}"))
        #expect(ProviderError(body: bomb, contentEncoding: "gzip", parser: try JSONParser()).type == nil)
    }

    @Test func bytesThatAreNoTextSayNothing() throws {
        let error = ProviderError(body: ByteBuffer(bytes: [0xff, 0xfe, 0, 0x1f, 0x8b]), parser: try JSONParser())
        #expect(error.type == nil && error.estimatedTimeMs == nil)
        #expect(ProviderError.none.type == nil && ProviderError.none.estimatedTimeMs == nil)
    }
}
