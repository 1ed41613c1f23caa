internal import ArgumentParser

/// API tokens and proxy keys.
struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, list and revoke API tokens and proxy keys.",
        discussion: """
            A key is sent as `Authorization: Bearer tly_…`. Its scopes say what it allows: read (reports, events, \
            prices), ingest (handing in events), proxy (calls through the proxy, with the upstream credentials of the \
            service), admin (everything of the API, changes included). Only a hash of a key is stored.
            """,
        subcommands: [KeysCreate.self, KeysList.self, KeysRevoke.self])
}
