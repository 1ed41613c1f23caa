import Testing

@testable import FastJSON

struct JSONTextTests {
    private func isPrintableASCII(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { unsafe JSONText(utf8: $0).isPrintableASCII }
    }

    @Test func everyByteAtEveryPlaceOfATextOfAnyLengthIsLookedAt() {
        for count in 0...25 {
            let plain = [UInt8](repeating: UInt8(ascii: "a"), count: count)
            #expect(isPrintableASCII(plain))
            for place in 0..<count {
                for byte in UInt8.min...UInt8.max {
                    var bytes = plain
                    bytes[place] = byte
                    let expected = byte >= 0x20 && byte < 0x7F
                    if isPrintableASCII(bytes) != expected { Issue.record("byte \(byte) at \(place) of \(count)") }
                }
            }
        }
    }
}
