internal import Foundation

/// The folder of a temporary PostgreSQL cluster, the server's programs, and the user they run as.
struct ServerFolder: Sendable {
    /// Part of the socket's name only; nothing listens on the network.
    static let port = 5432
    /// Users the server may run as when the tests run as root, best first.
    private static let unprivilegedUsers = ["postgres", "nobody"]

    /// Short, since a socket's path may have no more than about a hundred characters.
    let path: String
    /// The folder of `initdb`, `pg_ctl` and `postgres`.
    let binaries: String
    /// Set when this process is root, which PostgreSQL refuses to run as.
    private let userID: UInt32?
    private let groupID: UInt32?

    init() throws {
        binaries = try Self.findBinaries()
        var template = Array("/tmp/tallypg.XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw TestCluster.Failure(description: "no folder can be made in /tmp: errno \(errno)")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard getuid() == 0 else {
            userID = nil
            groupID = nil
            return
        }
        let entry = Self.unprivilegedUsers.lazy.compactMap { name -> (UInt32, UInt32)? in
            guard let entry = unsafe getpwnam(name) else { return nil }
            return unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
        }.first
        guard let entry, unsafe chown(path, entry.0, entry.1) == 0 else {
            throw TestCluster.Failure(description: "PostgreSQL does not run as root: add a user named postgres")
        }
        (userID, groupID) = (entry.0, entry.1)
    }

    /// Makes a process run the words, as the unprivileged user where needed.
    func prepare(_ process: Process, _ words: [String]) {
        var words = words
        if let userID, let groupID {
            words = ["/usr/bin/env", "setpriv", "--reuid=\(userID)", "--regid=\(groupID)", "--clear-groups"] + words
        }
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        // The server must be able to enter the folder it is started from.
        process.currentDirectoryURL = URL(fileURLWithPath: path)
    }

    /// The server's options: a socket in the folder, no network, and no care for a crash of the machine.
    func serverOptions(maximumConnections: Int) -> String {
        "-c listen_addresses='' -c unix_socket_directories='\(path)' -c port=\(Self.port)"
            + " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
            + " -c max_connections=\(maximumConnections)"
    }

    private static func findBinaries() throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        var folders = path.split(separator: ":").map(String.init)
        folders += children(of: "/usr/lib/postgresql", below: "bin")
        for prefix in ["/opt/homebrew/opt", "/usr/local/opt"] {
            folders += children(of: prefix, below: "bin").filter { $0.hasPrefix(prefix + "/postgresql") }
        }
        let files = FileManager.default
        // `initdb` alone may be a wrapper in some folder of PATH; the server must lie beside it.
        guard
            let found = folders.first(where: { folder in
                ["initdb", "pg_ctl", "postgres"].allSatisfy { files.isExecutableFile(atPath: "\(folder)/\($0)") }
            })
        else {
            throw TestCluster.Failure(
                description:
                    "no initdb: install PostgreSQL (apt install postgresql, brew install postgresql@17) or set "
                    + TestCluster.addressVariable)
        }
        return found
    }

    /// `prefix/*/below`, the highest version first.
    private static func children(of prefix: String, below: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: prefix)) ?? []
        return names.sorted { $0.compare($1, options: .numeric) == .orderedDescending }
            .map { "\(prefix)/\($0)/\(below)" }
    }
}
