internal import ArgumentParser
internal import TallyConfig
internal import TallyCore
internal import TallyService
internal import TallyStore

/// Lists keys.
struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the keys, oldest first; never a secret or its hash.",
        discussion: "A secret can be told by its last characters, which are shown.")

    @OptionGroup var options: DatabaseOptions

    @Flag(help: "List revoked keys too.")
    var all = false

    @Option(help: "How the keys are printed: table, json or csv.")
    var format = OutputFormat.table

    private static let columns = [
        "name", "key_id", "scopes", "secret", "project", "user", "tags", "created_at", "last_used_at", "revoked_at",
    ]

    func run() async throws {
        let configuration = try Configuration.load(options)
        let all = all
        let keys = try await DatabaseSession.with(options, configuration: configuration) { database in
            try await database.keys(includingRevoked: all)
        }
        switch format {
        case .table: try StandardOutput.write(table(keys))
        case .json: try StandardOutput.write(KeyJSON.list(keys) + [10])
        case .csv:
            let rows = [Self.columns] + keys.map(Self.fields)
            try StandardOutput.write(
                rows.map { $0.map(ReportCSV.field).joined(separator: ",") + "\r\n" }.joined())
        }
    }

    private func table(_ keys: [APIKey]) -> String {
        let columns = all ? Self.columns : Self.columns.dropLast()
        var table = TextTable(columns.map { $0.split(separator: "_").joined(separator: " ") }, numbers: [])
        for key in keys { table.append(Array(Self.fields(key).prefix(columns.count))) }
        return table.text + "\n\(Counted(keys.count, "key"))\n"
    }

    /// A key in the order of the columns.
    private static func fields(_ key: APIKey) -> [String] {
        let tags = (key.attribution.tags ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return [
            key.name, key.id.text, KeyJSON.names(of: key.scopes).joined(separator: " "), KeyJSON.shown(key.hint),
            key.attribution.project ?? "", key.attribution.user ?? "", tags.joined(separator: " "),
            key.createdAt.description, key.lastUsedAt?.description ?? "", key.revokedAt?.description ?? "",
        ]
    }
}
