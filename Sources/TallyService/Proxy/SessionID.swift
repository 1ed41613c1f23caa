internal import Crypto
internal import TallyCore

/// The session id that Hugging Face is told for the calls of a project, so that its bill can be split by it.
///
/// Hugging Face sums what it bills by session (`usage-by-inference-session`). The id is made from the project's name and
/// does not tell it.
enum SessionID {
    /// The id of a project; calls without one have one of their own.
    static func of(project: String?) -> String {
        let digest = SHA256.hash(data: Array("tally.session\u{0}\(project ?? Attribution.unattributed)".utf8))
        let halves = unsafe digest.withUnsafeBytes { bytes in
            unsafe (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        return EventIdentity(high: halves.0, low: halves.1).description
    }
}
