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

    /// The endpoints below which a POST calls no model.
    private static let administration: Set<Substring> = [
        "files", "uploads", "batches", "fine_tuning", "fine-tunes", "vector_stores", "assistants", "containers",
        "evals", "organization", "count_tokens", "input_tokens", "tokenize", "detokenize", "cancel",
    ]

    /// Whether a request calls a model: a POST to anything but the endpoints that manage files, batches and the like.
    ///
    /// Reading again what a call has answered, as `GET /v1/responses/{id}` does, costs nothing.
    static func callsModel(_ method: HTTPMethod, path: String) -> Bool {
        guard method == .POST else { return false }
        return !path.split(separator: "/").contains(where: administration.contains)
    }

    /// Reads the head of a request.
    ///
    /// - Parameters:
    ///   - head: The head.
    ///   - services: Where it may go, and which keys there are.
    /// - Throws: ``ProxyRefusal`` for what cannot be relayed.
    init(_ head: HTTPRequestHead, _ services: ProxyServices) throws(ProxyRefusal) {
        if head.method == .CONNECT || head.headers.contains(name: "upgrade") { throw .upgrade }
        target = try services.upstreams.target(of: head.uri).get()
        path = String(head.uri.prefix { $0 != "?" })
        let key = TallyKeyHeader.secret(in: head.headers)
        var grant: KeyGrant?
        if let key {
            guard let found = services.findKey(key.secret) else { throw .unknownKey }
            if !found.allows(.proxy) { throw .keyWithoutScope(found.attribution.key ?? "") }
            grant = found
        } else if services.settings.requiresKey {
            throw .keyMissing
        }
        if key?.replacesCredential == true {
            guard let secret = services.credentials[target.upstream.name] else {
                throw .credentialMissing(upstream: target.upstream.name, variable: target.upstream.keyVariable)
            }
            credential = secret
        } else {
            credential = nil
        }
        isMetered = Self.callsModel(head.method, path: target.path)
        attribution = try CallAttribution.stated(head.headers, key: grant?.attribution)
        account = head.headers.first(name: "x-hf-bill-to").flatMap(RecordText.fitted)
    }

    /// The headers that the request is sent upstream with.
    ///
    /// - Parameters:
    ///   - headers: Those of the client.
    ///   - attribution: Who the call is charged to.
    ///   - isRewritten: Whether a part of the response is to be taken out.
    /// - Returns: The headers, in order.
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
