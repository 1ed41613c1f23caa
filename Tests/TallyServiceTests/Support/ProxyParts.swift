import CurlTransport
import FastJSON
import NIOHTTP1
import TallyConfig
import TallyCore
import TallyMetering

@testable import TallyService

/// The parts of relayed calls, as tests put them together.
enum ProxyParts {
    /// The table of the shipped upstreams, with those of some settings over them.
    static func upstreams(_ settings: String? = nil) throws -> UpstreamTable {
        let configuration = try Configuration(text: settings, path: settings.map { _ in "/etc/tally/my.yaml" })
        let name = configuration.proxy.defaultUpstream
        guard let upstream = configuration.upstreams[name] else { throw NoUpstream(name: name) }
        return UpstreamTable(
            configuration.upstreams, defaultUpstream: upstream,
            counters: ProxyCounters(upstreams: Array(configuration.upstreams.keys)))
    }

    /// What a Tally key stands for.
    static func grant(
        name: String = "ci", project: String? = nil, user: String? = nil, tags: [String: String]? = nil
    ) -> KeyGrant {
        var random = SystemRandomNumberGenerator()
        return KeyGrant(
            id: KeyID(using: &random), scopes: [.proxy],
            attribution: Attribution(project: project, user: user, key: name, tags: tags))
    }

    /// A request that asks for a model.
    static func request(
        model: String? = nil, user: String? = nil, tags: [String: String]? = nil
    ) throws -> CallRequest {
        var members: [String] = []
        if let model { members.append("\"model\":\"\(model)\"") }
        if let user { members.append("\"user\":\"\(user)\"") }
        if let tags {
            let plain = tags.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
            members.append("\"metadata\":{\(plain.joined(separator: ","))}")
        }
        let body = Array("{\(members.joined(separator: ","))}".utf8)
        return CallRequest(
            body: body.span, path: "/v1/chat/completions", contentType: "application/json", parser: try JSONParser())
    }

    /// A plan of a call without a Tally key.
    static func plan(_ uri: String, settings: String? = nil, account: String? = nil) throws -> CallPlan {
        let target = try upstreams(settings).target(of: uri).get()
        let path = String(uri.prefix { $0 != "?" })
        return CallPlan(
            target: target, path: path, isMetered: true, attribution: .none, account: account, credential: nil)
    }
}

/// A default upstream that is not there.
struct NoUpstream: Error {
    let name: String
}
