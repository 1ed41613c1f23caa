internal import Foundation

extension SourceSettings {
    private static let commonKeys = [
        "name", "kind", "every", "log_format", "map", "biller", "provider", "model", "route", "project", "user", "tags",
        "time_zone",
    ]
    private static let nameBytes = 200

    /// Reads one entry of `sources`.
    ///
    /// - Parameters:
    ///   - name: What the entry is called from the top of the file.
    ///   - node: The entry.
    /// - Throws: ``ConfigError`` for the first thing that is wrong.
    init(_ name: String, _ node: SettingsNode) throws(ConfigError) {
        // A key of no kind at all is misspelt, whatever the kind is.
        let untyped = try SettingsMapping(
            node, name: name, known: Self.commonKeys + Kind.allCases.flatMap(\.keys).uniqued)
        guard let kind: Kind = try untyped.choice("kind") ?? (untyped.node("paths") == nil ? nil : .files) else {
            throw node.place.error(
                "\(name).kind is missing",
                mend: "write one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let keys = Self.commonKeys + kind.keys
        let settings = try SettingsMapping(node, name: name, known: keys)
        origin = node.place
        self.kind = kind
        self.name = try settings.text("name") ?? kind.rawValue
        if self.name.utf8.count > Self.nameBytes || self.name == "import"
            || !self.name.utf8.allSatisfy(isNameByte)
        {
            throw (settings.node("name")?.place ?? settings.place).error(
                "\(name).name \(quoted(self.name)) cannot name a source",
                mend: "use letters, digits, '-', '_' and '.'; 'import' is what tally import stores under")
        }
        everySeconds = try settings.seconds("every", in: 1...604_800) ?? kind.usualSeconds
        records = try SourceRecords(settings)
        switch kind {
        case .files: place = .files(try FileSourceSettings(settings))
        case .s3: place = .bucket(try BucketSourceSettings(settings))
        case .huggingFaceBilling, .openRouter, .openAI, .anthropic, .fal, .litellm, .http:
            place = .web(try WebSourceSettings(settings, kind: kind))
        }
    }
}

extension [String] {
    /// The texts, each once.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

extension SourceSettings.Kind {
    /// The keys an entry of this kind may have besides those of every entry.
    fileprivate var keys: [String] {
        switch self {
        case .files: FileSourceSettings.keys
        case .s3: BucketSourceSettings.keys
        case .http: WebSourceSettings.keys + WebSourceSettings.templateKeys
        case .huggingFaceBilling: WebSourceSettings.keys + ["base_url", "reads", "organization"]
        case .openRouter: WebSourceSettings.keys + ["base_url", "reads", "max_generations"]
        case .openAI, .anthropic, .fal, .litellm: WebSourceSettings.keys + ["base_url", "reads"]
        }
    }

    /// The seconds between two runs unless they are said.
    fileprivate var usualSeconds: Int {
        switch self {
        case .files: 5
        case .litellm, .http: 60
        case .s3, .openRouter: 300
        case .huggingFaceBilling, .openAI, .anthropic, .fal: 900
        }
    }
}

extension SourceRecords {
    fileprivate init(_ settings: SettingsMapping) throws(ConfigError) {
        format = try settings.text("log_format").flatMap { $0 == "auto" ? nil : $0 }
        map = try Self.map(settings)
        biller = try settings.text("biller")
        provider = try settings.text("provider")
        model = try settings.text("model")
        route = try settings.text("route")
        project = try settings.text("project")
        user = try settings.text("user")
        for entry in try settings.mapping("tags", known: nil).entries {
            tags[entry.key] = try entry.value.text(name: "\(settings.prefix)tags.\(entry.key)")
        }
        timeZone = try settings.text("time_zone") ?? timeZone
    }

    /// `field=column,…`, or the same as a mapping.
    private static func map(_ settings: SettingsMapping) throws(ConfigError) -> String {
        guard let node = settings.node("map") else { return "" }
        if case .text(let text) = node.value { return text }
        var pairs: [String] = []
        for entry in try settings.mapping("map", known: nil).entries {
            pairs.append("\(entry.key)=\(try entry.value.text(name: "\(settings.prefix)map.\(entry.key)"))")
        }
        return pairs.joined(separator: ",")
    }
}

extension FileSourceSettings {
    fileprivate static let keys = ["paths", "settle", "max_files", "max_open_files"]

    fileprivate init(_ settings: SettingsMapping) throws(ConfigError) {
        let advice = "write 'paths: [/var/log/app/*.jsonl]'; *, ?, [a-z] and ** match names"
        guard let node = settings.node("paths") else {
            throw settings.place.error("\(settings.prefix)paths is missing", mend: advice)
        }
        var written: [(text: String, place: SettingsPlace)]
        if case .text(let text) = node.value {
            written = [(text, node.place)]
        } else {
            written = try settings.texts("paths", of: "paths")
        }
        if written.isEmpty { throw node.place.error("\(settings.prefix)paths is empty", mend: advice) }
        written = written.map { text, place in
            (text.hasPrefix("~/") ? NSHomeDirectory() + text.dropFirst() : text, place)
        }
        paths = written.map { text, place in
            switch place.origin {
            case .builtIn: text
            case .file(let file): SettingsFile.resolve(text, in: SettingsFile.folder(of: file))
            }
        }
        settleSeconds = try settings.seconds("settle", in: 0...86_400) ?? 60
        maximumFiles = Int(try settings.integer("max_files", in: 1...1_000_000) ?? 10_000)
        maximumOpenFiles = Int(try settings.integer("max_open_files", in: 1...10_000) ?? 64)
    }
}

extension BucketSourceSettings {
    fileprivate static let keys = [
        "bucket", "prefix", "endpoint", "region", "path_style", "access_key_env", "secret_key_env", "session_token_env",
        "object_bytes", "max_objects", "timeout",
    ]

    fileprivate init(_ settings: SettingsMapping) throws(ConfigError) {
        bucket = try settings.requiredText("bucket", mend: "write the name of the bucket")
        if !bucket.utf8.allSatisfy(isNameByte) {
            throw (settings.node("bucket")?.place ?? settings.place).error(
                "\(settings.prefix)bucket \(quoted(bucket)) cannot name a bucket",
                mend: "use letters, digits, '-', '_' and '.'")
        }
        prefix = try settings.text("prefix") ?? ""
        region = try settings.text("region") ?? "us-east-1"
        endpoint = try settings.webAddress("endpoint") ?? "https://s3.\(region).amazonaws.com"
        // A store of one's own seldom has a host for each bucket.
        isPathStyle = try settings.boolean("path_style") ?? (settings.node("endpoint") != nil)
        accessKeyVariable = try settings.environmentVariable("access_key_env") ?? "AWS_ACCESS_KEY_ID"
        secretKeyVariable = try settings.environmentVariable("secret_key_env") ?? "AWS_SECRET_ACCESS_KEY"
        sessionTokenVariable = try settings.environmentVariable("session_token_env") ?? "AWS_SESSION_TOKEN"
        objectBytes = Int(try settings.integer("object_bytes", in: 1024...(1 << 31)) ?? (256 << 20))
        maximumObjects = Int(try settings.integer("max_objects", in: 1...10_000_000) ?? 1_000_000)
        timeoutSeconds = try settings.seconds("timeout", in: 1...86_400) ?? 300
    }
}

extension SettingsMapping {
    /// A span of time in seconds, such as `90`, `30s`, `5m`, `12h` or `7d`; `nil` when the key is missing.
    ///
    /// - Throws: ``ConfigError`` when it is none, or outside the range.
    func seconds(_ key: String, in range: ClosedRange<Int>) throws(ConfigError) -> Int? {
        guard let node = node(key) else { return nil }
        let text = try node.text(name: prefix + key)
        let advice = "write a span such as 30s, 5m, 12h or 7d, from \(range.lowerBound) to \(range.upperBound) seconds"
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Int(unit == nil ? text[...] : text.dropLast()) else {
            throw node.place.error("\(prefix)\(key) \(quoted(text)) is not a span of time", mend: advice)
        }
        let (seconds, overflows) = number.multipliedReportingOverflow(by: unit ?? 1)
        if overflows || !range.contains(seconds) {
            throw node.place.error("\(prefix)\(key) \(quoted(text)) is out of range", mend: advice)
        }
        return seconds
    }

    /// A plain http or https address without a slash at its end, `nil` when the key is missing.
    ///
    /// - Throws: ``ConfigError`` when it is none; it is not repeated, since it may hold a credential.
    func webAddress(_ key: String, isTemplate: Bool = false) throws(ConfigError) -> String? {
        guard var text = try text(key), let node = node(key) else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        let plain = isTemplate ? text.filter { $0 != "{" && $0 != "}" } : text
        let isPlain = isTemplate || !plain.contains { $0 == "?" || $0 == "#" }
        guard let authority = httpAuthority(plain), !authority.contains("@"), isPlain else {
            throw node.place.error(
                "\(prefix)\(key) is not a plain http or https address",
                mend: "write 'https://HOST/PATH' without credentials; a key belongs into the environment (api_key_env)")
        }
        return text
    }
}
