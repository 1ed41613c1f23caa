internal import FastJSON
package import TallyCore

/// Keys as JSON; never the hash of a secret.
package enum KeyJSON {
    /// The keys of a list.
    package static func list(_ keys: [APIKey]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("rows")
        writer.beginArray()
        for key in keys { append(key, secret: nil, to: &writer) }
        writer.endArray()
        writer.member("next_cursor", String?.none)
        writer.endObject()
        return writer.bytes
    }

    /// A key that was just made, with its secret.
    package static func created(_ key: APIKey, secret: KeySecret) -> [UInt8] {
        var writer = JSONWriter()
        append(key, secret: secret, to: &writer)
        return writer.bytes
    }

    /// The names of scopes, in their order.
    package static func names(of scopes: Set<KeyScope>) -> [String] {
        KeyScope.allCases.filter(scopes.contains).map(\.rawValue)
    }

    /// How a secret is shown once it is gone, by its last characters.
    package static func shown(_ hint: String) -> String { "\(KeySecret.prefix)…\(hint)" }

    private static func append(_ key: APIKey, secret: KeySecret?, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("key_id", key.id.text)
        writer.member("name", key.name)
        writer.member("secret", secret?.text ?? shown(key.hint))
        writer.key("scopes")
        writer.beginArray()
        for name in names(of: key.scopes) { writer.string(name) }
        writer.endArray()
        writer.member("project", key.attribution.project)
        writer.member("user", key.attribution.user)
        writer.key("tags")
        writer.beginObject()
        for (name, value) in (key.attribution.tags ?? [:]).sorted(by: { $0.key < $1.key }) {
            writer.member(name, value)
        }
        writer.endObject()
        writer.member("created_at", key.createdAt.description)
        writer.member("last_used_at", key.lastUsedAt?.description)
        writer.member("revoked_at", key.revokedAt?.description)
        writer.endObject()
    }
}
