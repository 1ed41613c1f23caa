import TallyCore
import TallyTestSupport

/// Keys that are the same in every run.
struct SampleKey {
    let secret: KeySecret
    let live: LiveKey

    init(_ name: String, _ scopes: Set<KeyScope>, project: String? = nil, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        secret = KeySecret(using: &random)
        live = LiveKey(
            hash: KeyHash(of: secret),
            grant: KeyGrant(
                id: KeyID(using: &random), scopes: scopes,
                attribution: Attribution(project: project, user: nil, key: name, tags: ["team": "é\"\n"])))
    }

    /// The header a client sends.
    var header: String { "Bearer " + secret.text }
}
