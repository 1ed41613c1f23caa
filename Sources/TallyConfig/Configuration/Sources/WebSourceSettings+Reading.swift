internal import TallyCore

extension WebSourceSettings {
    static let keys = [
        "api_key_env", "since", "look_back", "window", "page_bytes", "max_pages", "timeout", "attempts",
    ]
    static let templateKeys = ["url", "records", "cursor", "times", "credential"]

    private static let day = 86_400
    private static let longest = 3_650 * day

    /// What holds for one kind of API unless it is said.
    private struct Usual {
        var address = ""
        var reads: [String] = []
        var keyVariable: String?
        var credential = "bearer"
        var since = 30 * day
        var lookBack = 3 * day
        var window = 31 * day
    }

    private static func usual(_ kind: SourceSettings.Kind) -> Usual {
        switch kind {
        case .huggingFaceBilling:
            // Placeholders are settled within half an hour (facts, 1.6).
            Usual(
                address: "https://huggingface.co",
                reads: ["usage", "inference-sessions", "resource-groups", "whoami"], keyVariable: "HF_TOKEN",
                lookBack: 3_600)
        case .openRouter:
            Usual(
                address: "https://openrouter.ai/api/v1", reads: ["activity", "credits", "generations"],
                keyVariable: "OPENROUTER_API_KEY")
        case .openAI:
            Usual(
                address: "https://api.openai.com/v1", reads: ["usage", "costs"], keyVariable: "OPENAI_ADMIN_KEY",
                lookBack: 7 * day)
        case .anthropic:
            Usual(
                address: "https://api.anthropic.com", reads: ["usage", "costs"], keyVariable: "ANTHROPIC_ADMIN_KEY",
                credential: "x-api-key", lookBack: 7 * day)
        case .fal:
            Usual(
                address: "https://api.fal.ai/v1", reads: ["usage"], keyVariable: "FAL_KEY", credential: "key")
        case .litellm:
            Usual(
                address: "http://127.0.0.1:4000", reads: ["spend"], keyVariable: "LITELLM_API_KEY", lookBack: 3_600,
                window: day)
        case .http, .files, .s3:
            Usual(lookBack: 3_600, window: day)
        }
    }

    /// Reads what an entry of `sources` says of an API.
    init(_ settings: SettingsMapping, kind: SourceSettings.Kind) throws(ConfigError) {
        let usual = Self.usual(kind)
        if kind == .http {
            guard let template = try settings.webAddress("url", isTemplate: true) else {
                throw settings.place.error(
                    "\(settings.prefix)url is missing",
                    mend: "write 'url: https://HOST/PATH?from={from}&to={to}&cursor={cursor}'")
            }
            address = template
            try Self.checkTemplate(settings)
        } else {
            address = try settings.webAddress("base_url") ?? usual.address
        }
        reads = try Self.reads(settings, known: usual.reads)
        organization = try settings.text("organization")
        keyVariable = try settings.environmentVariable("api_key_env") ?? usual.keyVariable
        credential = try settings.text("credential")?.lowercased() ?? usual.credential
        if !credential.utf8.allSatisfy(isNameByte) {
            throw (settings.node("credential")?.place ?? settings.place).error(
                "\(settings.prefix)credential is not the name of a header",
                mend: "write bearer, key, or a header's name such as x-api-key")
        }
        sinceSeconds = try settings.seconds("since", in: 60...Self.longest) ?? usual.since
        lookBackSeconds = try settings.seconds("look_back", in: 0...Self.longest) ?? usual.lookBack
        windowSeconds = try settings.seconds("window", in: 60...Self.longest) ?? usual.window
        recordsPointer = try Self.pointer(settings, "records")
        cursorPointer = try Self.pointer(settings, "cursor")
        times = try settings.choice("times") ?? .rfc3339
        pageBytes = Int(try settings.integer("page_bytes", in: 1024...(1 << 30)) ?? (32 << 20))
        maximumPages = Int(try settings.integer("max_pages", in: 1...1_000_000) ?? 10_000)
        maximumGenerations = Int(try settings.integer("max_generations", in: 1...10_000) ?? 100)
        timeoutSeconds = try settings.seconds("timeout", in: 1...3_600) ?? 60
        attempts = Int(try settings.integer("attempts", in: 1...20) ?? 5)
    }

    private static func reads(_ settings: SettingsMapping, known: [String]) throws(ConfigError) -> [String]? {
        guard settings.node("reads") != nil else { return nil }
        var reads: [String] = []
        for (text, place) in try settings.texts("reads", of: "reads, such as \(known.joined(separator: ", "))") {
            if !known.contains(text) {
                throw place.error(
                    "\(settings.prefix)reads: \(quoted(text)) is not a read of this source",
                    mend: NearestName.mend(for: text, among: known))
            }
            if !reads.contains(text) { reads.append(text) }
        }
        return reads
    }

    /// The names a template may hold in braces.
    package static let templateNames = ["from", "to", "cursor", "page"]

    private static func checkTemplate(_ settings: SettingsMapping) throws(ConfigError) {
        guard let node = settings.node("url"), let text = try settings.text("url") else { return }
        for part in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
            let name = String(part.prefix { $0 != "}" })
            if part.contains("}"), templateNames.contains(name) { continue }
            throw node.place.error(
                "\(settings.prefix)url has a brace that names nothing",
                mend: "write {from}, {to}, {cursor} or {page}")
        }
        let hasCursor = text.contains("{cursor}")
        if hasCursor != (settings.node("cursor") != nil) {
            throw node.place.error(
                "\(settings.prefix)url and cursor do not belong together",
                mend: hasCursor
                    ? "write 'cursor: /next_cursor', the JSON pointer to it in an answer"
                    : "write {cursor} into the url, or remove the cursor")
        }
    }

    private static func pointer(_ settings: SettingsMapping, _ key: String) throws(ConfigError) -> String? {
        guard let text = try settings.text(key) else { return nil }
        if text.hasPrefix("/") { return text }
        throw (settings.node(key)?.place ?? settings.place).error(
            "\(settings.prefix)\(key) \(quoted(text)) is not a JSON pointer", mend: "write it as /data/records")
    }
}
