import CProcess

/// What the private server is told at its start.
///
/// The command line is used, not the configuration file, so an update of the program reaches data directories that are
/// there already.
struct ServerSettings {
    /// The only role and the database made with a new data directory.
    static let user = "tally"
    static let database = "tally"

    private static let gibibyte: UInt64 = 1 << 30

    /// The arguments after the program's name.
    static func arguments(cluster: String, sockets: SocketDirectory, memory: UInt64) -> [String] {
        let settings = [
            "listen_addresses=",
            "unix_socket_directories=\(sockets.path)",
            "unix_socket_permissions=0700",
            "port=\(SocketDirectory.port)",
            "max_connections=100",
            "shared_buffers=\(sharedBuffers(memory: memory))",
            "wal_compression=on",
            "max_wal_size=2GB",
            "checkpoint_timeout=15min",
            "jit=off",
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "logging_collector=off",
            "log_destination=stderr",
            "log_line_prefix=%m [%p] ",
            "log_min_messages=warning",
            "log_checkpoints=off",
            "log_timezone=UTC",
            "timezone=UTC",
        ]
        return ["-D", cluster] + settings.flatMap { ["-c", $0] }
    }

    /// The server's own cache: 1 GB where that is at most a sixteenth of the memory, less on small machines.
    static func sharedBuffers(memory: UInt64) -> String {
        switch memory {
        case 0: "128MB"
        case ..<gibibyte: "64MB"
        case ..<(4 * gibibyte): "128MB"
        case ..<(16 * gibibyte): "256MB"
        default: "1GB"
        }
    }

    /// What libpq needs to find the server.
    ///
    /// Neither path nor names hold a character that would need quotes.
    static func conninfo(sockets: SocketDirectory) -> String {
        "host=\(sockets.path) port=\(SocketDirectory.port) dbname=\(database) user=\(user)"
    }

    /// The environment of the server's programs: nothing of the caller's, whose PG variables would change them.
    static let environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"]

    /// This machine's memory in bytes, 0 when unknown.
    static var machineMemory: UInt64 { cprocess_memory() }
}
