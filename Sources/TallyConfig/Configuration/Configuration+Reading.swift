internal import TallyCore

extension Configuration {
    static let keys = [
        "proxy", "api", "import", "database", "prices", "plans", "budgets", "upstreams", "sources", "channels",
    ]

    /// Settings from the text of a file, over the built-in ones.
    ///
    /// - Parameters:
    ///   - text: The file's text, `nil` for the built-in settings alone.
    ///   - path: Where the file is: what errors call it, and what paths in it are relative to.
    /// - Throws: ``ConfigError`` for the first thing that is wrong.
    package init(text: String?, path: String?) throws(ConfigError) {
        var tree = try SettingsText.parse(
            BuiltInAssets.settingsText, origin: .builtIn(BuiltInAssets.settingsName))
        if let text, let path {
            tree = tree.overlaid(with: try SettingsText.parse(text, origin: .file(path)))
        }
        let top = try SettingsMapping(tree, name: "", known: Self.keys)
        self.path = text == nil ? nil : path
        upstreams = try Self.upstreams(top)
        proxy = try Proxy(
            try top.mapping("proxy", known: Proxy.keys), upstreams: upstreams.keys.sorted())
        api = try API(try top.mapping("api", known: API.keys))
        importLimits = try ImportLimits(
            try top.mapping("import", known: ["max_line_bytes", "batch_events", "occurrence_memory_bytes"]))
        database = try Database(
            try top.mapping(
                "database", known: ["max_connections", "acquire_timeout_seconds", "statement_timeout_seconds"]))
        channels = try Self.channels(top)
        sources = try Self.sources(top)
        priceFiles = try Self.files(top, "prices")
        planFiles = try Self.files(top, "plans")
        budgetFiles = try Self.files(top, "budgets")
    }

    private static func upstreams(_ top: SettingsMapping) throws(ConfigError) -> [String: Upstream] {
        var upstreams: [String: Upstream] = [:]
        for entry in try top.mapping("upstreams", known: nil).entries {
            let settings = try SettingsMapping(entry.value, name: "upstreams.\(entry.key)", known: Upstream.keys)
            upstreams[entry.key] = try Upstream(name: entry.key, settings: settings)
        }
        return upstreams
    }

    private static func channels(_ top: SettingsMapping) throws(ConfigError) -> [String: Channel] {
        var channels: [String: Channel] = [:]
        for entry in try top.mapping("channels", known: nil).entries {
            if entry.key.isEmpty || !entry.key.utf8.allSatisfy(isNameByte) {
                throw entry.place.error(
                    "channels: \(quoted(entry.key)) cannot name a channel",
                    mend: "use letters, digits, '-', '_' and '.'")
            }
            channels[entry.key] = try Channel(name: entry.key, node: entry.value)
        }
        return channels
    }

    private static func sources(_ top: SettingsMapping) throws(ConfigError) -> [SourceSettings] {
        var sources: [SourceSettings] = []
        var names: Set<String> = []
        for (name, node) in try top.list("sources", of: "mappings with a kind") {
            let source = try SourceSettings(name, node)
            if !names.insert(source.name).inserted {
                throw node.place.error(
                    "\(name).name \(quoted(source.name)) is taken", mend: "give each source a name of its own")
            }
            sources.append(source)
        }
        return sources
    }

    /// Files of a list, as seen from the file that names them.
    private static func files(_ top: SettingsMapping, _ key: String) throws(ConfigError) -> [SettingsOrigin] {
        try top.texts(key, of: "files").map { text, place in
            switch place.origin {
            case .builtIn: .builtIn(text)
            case .file(let path): .file(SettingsFile.resolve(text, in: SettingsFile.folder(of: path)))
            }
        }
    }
}

extension Configuration.API {
    fileprivate static let keys = [
        "listen", "max_rows", "ingest_max_body_bytes", "ingest_max_decoded_bytes", "ingest_max_events",
        "ingest_max_requests", "ingest_max_bytes_at_work", "ingest_body_seconds",
    ]

    fileprivate init(_ settings: SettingsMapping) throws(ConfigError) {
        listen = try settings.listenAddress("listen")
        maxRows = try settings.limit("max_rows", in: 1...1_000_000)
        ingest = try Configuration.Ingest(settings)
    }
}

extension Configuration.Ingest {
    fileprivate init(_ settings: SettingsMapping) throws(ConfigError) {
        maxBodyBytes = try settings.limit("ingest_max_body_bytes", in: 1024...(1 << 28))
        maxDecodedBytes = try settings.limit("ingest_max_decoded_bytes", in: 1024...(1 << 30))
        maxEvents = try settings.limit("ingest_max_events", in: 1...Int64(EventBatch.maximumCountTogether))
        maxRequests = try settings.limit("ingest_max_requests", in: 1...10_000)
        maxBytesAtWork = try settings.limit("ingest_max_bytes_at_work", in: 1024...(1 << 36))
        bodySeconds = try settings.limit("ingest_body_seconds", in: 1...3600)
    }
}

extension Configuration.ImportLimits {
    fileprivate init(_ settings: SettingsMapping) throws(ConfigError) {
        maxLineBytes = try settings.limit("max_line_bytes", in: 1024...(1 << 30))
        batchEvents = try settings.limit("batch_events", in: 1...Int64(EventBatch.maximumCount))
        occurrenceMemoryBytes = try settings.limit("occurrence_memory_bytes", in: (1 << 20)...(1 << 36))
    }
}

extension Configuration.Database {
    fileprivate init(_ settings: SettingsMapping) throws(ConfigError) {
        maxConnections = try settings.limit("max_connections", in: 1...1000)
        acquireTimeoutSeconds = try settings.limit("acquire_timeout_seconds", in: 1...3600)
        statementTimeoutSeconds = try settings.limit("statement_timeout_seconds", in: 1...86_400)
    }
}

extension SettingsMapping {
    /// A limit, which the built-in settings give where the file does not.
    func limit(_ key: String, in range: ClosedRange<Int64>) throws(ConfigError) -> Int {
        guard let number = try integer(key, in: range) else {
            throw place.error(
                "\(prefix)\(key) is missing",
                mend: "write a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(number)
    }

    func listenAddress(_ key: String) throws(ConfigError) -> ListenAddress {
        let advice = "write HOST:PORT with a port from 0 to 65535, e.g. 127.0.0.1:4000 or [::1]:4000"
        let text = try requiredText(key, mend: advice)
        guard let address = ListenAddress(text) else {
            throw (node(key)?.place ?? place).error(
                "\(prefix)\(key) \(quoted(text)) is not an address", mend: advice)
        }
        return address
    }
}
