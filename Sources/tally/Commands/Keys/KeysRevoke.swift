internal import ArgumentParser
internal import TallyConfig
internal import TallyCore
internal import TallyStore

/// Revokes a key.
struct KeysRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a key, by its name or id.",
        discussion: """
            A daemon that runs refuses the key within a few seconds, or, while it cannot reach its database, as soon as \
            that answers. Revoking a key again changes nothing. The name is free then; calls that were made keep it.
            """)

    @OptionGroup var options: DatabaseOptions

    @Argument(help: ArgumentHelp("The name or the id of the key.", valueName: "name-or-id"))
    var key: String

    func run() async throws {
        let configuration = try Configuration.load(options)
        let wanted = key
        if wanted.hasPrefix(KeySecret.prefix) {
            throw ValidationError("this is a secret; name the key, as `tally keys list` shows it")
        }
        let revocation = try await DatabaseSession.with(options, configuration: configuration) { database in
            try await database.revokeKey(wanted)
        }
        switch revocation {
        case .revoked(let key):
            try StandardOutput.write("key '\(key.name)' (\(key.id)) is revoked\n")
        case .alreadyRevoked(let key):
            let time = key.revokedAt?.description ?? ""
            try StandardOutput.write("key '\(key.name)' (\(key.id)) was revoked before, at \(time)\n")
        case .unknown(let names):
            let mend = names.isEmpty ? "there are no keys" : NearestName.mend(for: wanted, among: names)
            throw CommandFailure("there is no key '\(wanted)'; \(mend)")
        }
    }
}
