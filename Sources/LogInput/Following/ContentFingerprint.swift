internal import Crypto

/// What a piece of a file says, in short: its length and the first half of its SHA-256.
package struct ContentFingerprint: Hashable, Sendable {
    /// The most bytes a fingerprint is of.
    package static let maximumBytes = 1024

    /// How many bytes it is of.
    package let count: Int
    /// The digest in hexadecimal.
    package let digest: String

    /// A fingerprint from its parts, as it was kept.
    package init(count: Int, digest: String) {
        self.count = count
        self.digest = digest
    }

    /// The fingerprint of some bytes.
    init(of bytes: UnsafeRawBufferPointer) {
        var hash = SHA256()
        unsafe hash.update(bufferPointer: bytes)
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in hash.finalize().prefix(Self.digestBytes) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        count = bytes.count
        digest = String(decoding: text, as: UTF8.self)
    }

    private static let digestBytes = 16
}
