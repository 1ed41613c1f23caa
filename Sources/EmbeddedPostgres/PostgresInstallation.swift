import Foundation

/// The programs of one PostgreSQL version.
struct PostgresInstallation: Sendable, Equatable {
    /// The environment variable that names the folder of the programs, instead of the usual places.
    static let overrideVariable = "TALLY_POSTGRES_BIN"
    /// The oldest major version that is used.
    static let oldestMajor = 13
    /// How long `postgres --version` may take.
    private static let versionLimit = Duration.seconds(20)
    /// How much of its answer is read, in bytes.
    private static let versionBytes = 256
    /// The most entries of PATH that are looked at.
    private static let pathEntries = 256

    /// The folder of the programs.
    let folder: String
    let major: Int

    var postgres: String { folder + "/postgres" }
    var initdb: String { folder + "/initdb" }

    /// The installation to use: the given major version, else the newest of those found.
    static func find(
        major wanted: Int?, environment: [String: String], as identity: ServerIdentity
    ) throws(EmbeddedPostgresError) -> PostgresInstallation {
        var newest: PostgresInstallation?
        var seen: Set<String> = []
        let places = places(environment: environment)
        for folder in places.flatMap(folders(matching:)) {
            guard let real = installed(in: folder), seen.insert(real).inserted else { continue }
            guard let major = try version(of: real + "/postgres", as: identity) else { continue }
            if let wanted, major != wanted { continue }
            if major >= oldestMajor, major > newest?.major ?? 0 {
                newest = PostgresInstallation(folder: real, major: major)
            }
        }
        guard let newest else { throw .notInstalled(wantedMajor: wanted, searched: places) }
        return newest
    }

    /// The places to look at, in order; a `*` stands for any version.
    static func places(environment: [String: String]) -> [String] {
        if let folder = environment[overrideVariable], !folder.isEmpty { return [folder] }
        let path = (environment["PATH"] ?? "").split(separator: ":").prefix(pathEntries)
        return path.filter { $0.hasPrefix("/") }.map(String.init) + [
            "/usr/lib/postgresql/*/bin",
            "/usr/pgsql-*/bin",
            "/opt/homebrew/opt/postgresql*/bin",
            "/usr/local/opt/postgresql*/bin",
            "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
        ]
    }

    /// The major version in the answer of `postgres --version`, such as "postgres (PostgreSQL) 17.2".
    static func major(in answer: String) -> Int? {
        guard let name = answer.range(of: "(PostgreSQL) ") else { return nil }
        return Int(answer[name.upperBound...].prefix { $0.isASCII && $0.isNumber })
    }

    /// The folders a place stands for: itself, or those that match its one `*`.
    private static func folders(matching place: String) -> [String] {
        let parts = place.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return [place] }
        let head = String(parts[0])
        let parent = head.hasSuffix("/") ? head : (head as NSString).deletingLastPathComponent
        let prefix = head.hasSuffix("/") ? "" : (head as NSString).lastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        return names.filter { $0.hasPrefix(prefix) }.sorted()
            .map { (parent as NSString).appendingPathComponent($0) + parts[1] }
    }

    /// The real folder of the programs that `folder` offers, through links such as `/usr/local/bin/postgres`.
    private static func installed(in folder: String) -> String? {
        guard let program = unsafe realpath(folder + "/postgres", nil) else { return nil }
        defer { unsafe free(program) }
        let real = (unsafe String(cString: program) as NSString).deletingLastPathComponent
        let hasBoth = unsafe access(real + "/postgres", X_OK) == 0 && access(real + "/initdb", X_OK) == 0
        return hasBoth ? real : nil
    }

    /// Asks a program for its major version; nil when it gives no answer that makes sense.
    private static func version(
        of program: String, as identity: ServerIdentity
    ) throws(EmbeddedPostgresError) -> Int? {
        let answer = try ChildPipe()
        let null = try NullDevice()
        let request = ChildProcess.Request(
            arguments: [program, "--version"], environment: ["LC_ALL": "C"], input: null.descriptor,
            output: answer.writeEnd, errors: null.descriptor, identity: identity)
        guard let child = try? ChildProcess(request) else { return nil }
        answer.closeWriteEnd()
        let deadline = Deadline(after: versionLimit)
        let text = answer.readAll(before: deadline, atMost: versionBytes)
        guard let text, child.waitForEnd(before: deadline) != nil else {
            child.signal(SIGKILL)
            _ = child.waitForEnd()
            return nil
        }
        return major(in: text)
    }
}
