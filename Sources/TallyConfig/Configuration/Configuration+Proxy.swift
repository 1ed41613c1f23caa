internal import TallyCore

extension Configuration.Proxy {
    static let keys = [
        "listen", "default_upstream", "on_spool_full", "spool_folder", "spool_max_events", "spool_max_bytes",
        "spool_reserve_bytes", "max_connections", "max_body_bytes", "max_inspected_bytes", "connect_timeout_seconds",
        "first_byte_timeout_seconds", "idle_timeout_seconds", "total_timeout_seconds", "client_timeout_seconds",
        "drain_seconds", "drain_bytes",
    ]

    /// The longest time a limit may give, in seconds: a day.
    private static let longest: Int64 = 86_400

    /// Reads the `proxy` part of the settings.
    ///
    /// - Parameters:
    ///   - settings: The part.
    ///   - upstreams: The names of all upstreams, in order.
    /// - Throws: ``ConfigError`` for the first thing that is wrong.
    init(_ settings: SettingsMapping, upstreams: [String]) throws(ConfigError) {
        listen = try settings.listenAddress("listen")
        defaultUpstream = try settings.requiredText("default_upstream", mend: "write the name of an upstream")
        if !upstreams.contains(defaultUpstream) {
            throw (settings.node("default_upstream")?.place ?? settings.place).error(
                "proxy.default_upstream \(quoted(defaultUpstream)) is not among the upstreams",
                mend: NearestName.mend(for: defaultUpstream, among: upstreams))
        }
        onSpoolFull = try settings.choice("on_spool_full") ?? .refuse
        spoolFolder = try settings.path("spool_folder")
        spoolMaxEvents = try settings.limit("spool_max_events", in: 1...1_000_000_000)
        spoolMaxBytes = try settings.limit("spool_max_bytes", in: (1 << 20)...(1 << 44))
        spoolReserveBytes = try settings.limit("spool_reserve_bytes", in: 0...(1 << 34))
        maxConnections = try settings.limit("max_connections", in: 1...1_000_000)
        maxBodyBytes = try settings.limit("max_body_bytes", in: 0...(1 << 40))
        maxInspectedBytes = try settings.limit("max_inspected_bytes", in: 1024...(1 << 30))
        timeouts = Configuration.Timeouts(
            connect: try settings.limit("connect_timeout_seconds", in: 1...Self.longest),
            firstByte: try settings.limit("first_byte_timeout_seconds", in: 1...Self.longest),
            idle: try settings.limit("idle_timeout_seconds", in: 1...Self.longest),
            total: try settings.limit("total_timeout_seconds", in: 1...Self.longest),
            client: try settings.limit("client_timeout_seconds", in: 1...Self.longest))
        drain = Configuration.Drain(
            seconds: try settings.limit("drain_seconds", in: 0...Self.longest),
            bytes: try settings.limit("drain_bytes", in: 0...(1 << 40)))
    }
}

extension SettingsMapping {
    /// One of some words, `nil` when the key is missing.
    ///
    /// - Throws: ``ConfigError`` when it is another word.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String) throws(ConfigError) -> Choice? {
        guard let word = try text(key) else { return nil }
        if let choice = Choice(rawValue: word) { return choice }
        let words = Choice.allCases.map(\.rawValue)
        throw (node(key)?.place ?? place).error(
            "\(prefix)\(key) \(quoted(word)) is none of \(words.joined(separator: ", "))",
            mend: NearestName.mend(for: word, among: words))
    }

    /// A path, as seen from the file that names it; `nil` when the key is missing.
    ///
    /// - Throws: ``ConfigError`` when it is no text.
    func path(_ key: String) throws(ConfigError) -> String? {
        guard let text = try text(key), let place = node(key)?.place else { return nil }
        switch place.origin {
        case .builtIn: return text
        case .file(let file): return SettingsFile.resolve(text, in: SettingsFile.folder(of: file))
        }
    }
}
