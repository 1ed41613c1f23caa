internal import NIOHTTP1
internal import TallyConfig
internal import TallyCore
internal import TallyMetering

/// What is known of a call before anything is sent upstream.
struct CallPlan {
    /// Where it goes.
    let target: UpstreamTable.Target
    /// The path the client asked for, without its query.
    let path: String
    /// Whether it is a call of a model, which is metered and recorded; others are only relayed.
    let isMetered: Bool
    /// Who it is charged to, as headers and the Tally key say.
    let attribution: Attribution
    /// The organization that Hugging Face was asked to bill.
    let account: String?
    /// The upstream's credential, in place of the Tally key that the client sent.
    let credential: String?

    /// What a POST manages or asks for, calling no model.
    private static let collections: Set<Substring> = [
        "files", "uploads", "batches", "fine_tuning", "fine-tunes", "vector_stores", "assistants", "containers",
        "evals", "organization", "organizations", "tokenize", "detokenize", "models_info",
    ]
    /// What a POST does to something, at the end of a path, calling no model.
    private static let actions: Set<Substring> = ["count_tokens", "input_tokens", "cancel"]

    /// Whether a request calls a model: a POST to anything but the endpoints that manage files, batches and the like.
    ///
    /// Reading again what a call has answered, as `GET /v1/responses/{id}` does, costs nothing. An endpoint that is not
    /// known calls a model, and so does a path that an upstream may take for another, since a call that costs must not
    /// go by unseen; models may have the name of an endpoint, which is one only in its place.
    static func callsModel(_ method: HTTPMethod, path: String) -> Bool {
        guard method == .POST else { return false }
        let words = path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
        guard let last = words.last, words.allSatisfy(isPlain) else { return true }
        if actions.contains(last) || last.hasSuffix(":countTokens") { return false }
        for (place, word) in words.enumerated() where collections.contains(word) {
            if place == 0 || isAPI(words[place - 1]) || (word == "batches" && words[place - 1] == "messages") {
                return false
            }
        }
        return true
    }

    /// Whether a part of a path can mean nothing but itself: no `..`, nothing encoded, nothing unusual.
    private static func isPlain(_ word: Substring) -> Bool {
        if word == "." || word == ".." { return false }
        return word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
    }

    /// Whether the collections of an API stand below a part of a path: `v1`, `v1beta`, or the `openai` of those who
    /// speak its language.
    private static func isAPI(_ word: Substring) -> Bool {
        let bytes = word.utf8
        return word == "openai"
            || bytes.first == UInt8(ascii: "v") && bytes.dropFirst().first.map { $0 >= 48 && $0 <= 57 } == true
    }
}

extension CallPlan {
    /// Reads the head of a request.
    ///
    /// - Parameters:
    ///   - head: The head.
    ///   - services: Where it may go, and which keys there are.
    /// - Throws: ``ProxyRefusal`` for what cannot be relayed.
    init(_ head: HTTPRequestHead, _ services: ProxyServices) throws(ProxyRefusal) {
        // A proposal of another HTTP or of TLS may be passed over (RFC 9110, 7.8); a WebSocket is nothing else.
        let protocols = head.headers[canonicalForm: "upgrade"]
        if head.method == .CONNECT || protocols.contains(where: { CallHeaders.equal($0, "websocket") }) {
            throw .upgrade
        }
        let target = try services.upstreams.target(of: head.uri).get()
        let key = TallyKeyHeader.secret(in: head.headers)
        var grant: KeyGrant?
        if let key {
            guard let found = services.findKey(key.secret) else { throw .unknownKey }
            if !found.allows(.proxy) { throw .keyWithoutScope(found.attribution.key ?? "") }
            grant = found
        } else if services.settings.requiresKey {
            throw .keyMissing
        }
        var credential: String?
        if key?.replacesCredential == true {
            credential = services.credentials[target.upstream.name]
            if credential == nil {
                throw .credentialMissing(upstream: target.upstream.name, variable: target.upstream.keyVariable)
            }
        }
        self.init(
            target: target, path: String(Substring(head.uri.utf8.prefix { $0 != UInt8(ascii: "?") })),
            isMetered: Self.callsModel(head.method, path: target.path),
            attribution: try CallAttribution.stated(head.headers, key: grant?.attribution),
            account: head.headers.first(name: "x-hf-bill-to").flatMap(RecordText.fitted), credential: credential)
    }

    /// The headers that the request is sent upstream with.
    ///
    /// - Parameters:
    ///   - headers: Those of the client.
    ///   - attribution: Who the call is charged to.
    ///   - isRewritten: Whether a part of the response is to be taken out.
    /// - Returns: The headers, in the order of the client's.
    func upstreamHeaders(
        _ headers: HTTPHeaders, attribution: Attribution, isRewritten: Bool
    ) -> [(name: String, value: String)] {
        var additions = CallHeaders.Additions(needsPlainBody: isRewritten)
        additions.credential = credential.map { (target.upstream.credentialHeader, $0) }
        if target.upstream.addsSessionID, !headers.contains(name: CallHeaders.sessionHeader) {
            additions.sessionID = SessionID.of(project: attribution.project)
        }
        return CallHeaders.upstream(headers, adding: additions)
    }
}
