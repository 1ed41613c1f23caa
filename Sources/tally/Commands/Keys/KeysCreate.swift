internal import ArgumentParser
internal import FastJSON
internal import TallyConfig
internal import TallyCore
internal import TallyMetering
internal import TallyService
internal import TallyStore

/// Makes a key.
struct KeysCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a key and print its secret, this once.",
        discussion: """
            Calls through the proxy that are made with the key carry its name as `key`, and are charged to --project, \
            --user and --tag. A daemon that runs knows it within a few seconds.
            """)

    @OptionGroup var options: DatabaseOptions

    @Option(
        name: .customLong("scope"),
        help: ArgumentHelp(
            "What the key allows: read, ingest, proxy, admin; several with commas.", valueName: "scope,…"))
    var scopes: [String] = []

    @Option(help: "The name of the key (default: its scopes and a few random letters).")
    var name: String?

    @Option(help: "The project that calls through the proxy are charged to.")
    var project: String?

    @Option(help: "The user that calls through the proxy are charged to.")
    var user: String?

    @Option(
        name: .customLong("tag"), help: ArgumentHelp("A tag of calls through the proxy.", valueName: "key=value"))
    var tags: [String] = []

    @Option(help: "How the key is printed: table (the secret alone), json or csv.")
    var format = OutputFormat.table

    func run() async throws {
        let wanted = try newKey()
        let configuration = try Configuration.load(options)
        let key = try await DatabaseSession.with(options, configuration: configuration) { database in
            try await database.create(wanted)
        }
        switch format {
        case .table: try StandardOutput.write(wanted.secret.text + "\n")
        case .json: try StandardOutput.write(KeyJSON.created(key, secret: wanted.secret) + [10])
        case .csv:
            let fields = [wanted.secret.text, key.id.text, key.name].map(ReportCSV.field).joined(separator: ",")
            try StandardOutput.write("secret,key_id,name\r\n\(fields)\r\n")
        }
        let scopes = KeyJSON.names(of: key.scopes).joined(separator: ", ")
        StandardError.write(
            "tally: key '\(key.name)' (\(key.id)) is made, with the scope \(scopes); "
                + "its secret is shown this once, so keep it now\n")
        if !key.scopes.contains(.proxy), project != nil || user != nil || !tags.isEmpty {
            StandardError.write("tally: --project, --user and --tag say nothing without the scope proxy\n")
        }
    }

    private func newKey() throws -> NewKey {
        let scopes = try parsedScopes()
        var random = SystemRandomNumberGenerator()
        let attribution = Attribution(
            project: try Self.text(project, "--project"), user: try Self.text(user, "--user"),
            tags: try TagOptions.tags(tags))
        if let tags = attribution.tags, RecordText.fitted(tags) != tags {
            throw ValidationError("--tag: too many, too long or with control characters; take fewer and shorter ones")
        }
        return NewKey(name: try keyName(scopes), scopes: scopes, attribution: attribution, using: &random)
    }

    private func keyName(_ scopes: Set<KeyScope>) throws -> KeyName {
        if let name {
            do throws(KeyName.Failure) { return try KeyName(name) } catch { throw ValidationError("--name: \(error)") }
        }
        var random = SystemRandomNumberGenerator()
        let letters = KeyID(using: &random).text.suffix(Self.randomLetters).lowercased()
        return try KeyName((KeyJSON.names(of: scopes) + [letters]).joined(separator: "-"))
    }

    private static let randomLetters = 6

    private func parsedScopes() throws -> Set<KeyScope> {
        let names = scopes.flatMap { $0.split(separator: ",") }.map(String.init)
        let known = KeyScope.allCases.map(\.rawValue)
        if names.isEmpty {
            throw ValidationError("--scope is missing; write one or more of \(known.joined(separator: ", "))")
        }
        return Set(
            try names.map { name in
                guard let scope = KeyScope(rawValue: name) else {
                    throw ValidationError(
                        "--scope: there is no scope \"\(name)\"; \(NearestName.mend(for: name, among: known))")
                }
                return scope
            })
    }

    /// A text that events can carry.
    private static func text(_ text: String?, _ option: String) throws -> String? {
        guard let text else { return nil }
        guard let fitted = RecordText.fitted(text), fitted == text else {
            throw ValidationError("\(option): empty, too long or with control characters; write a shorter plain text")
        }
        return fitted
    }
}
