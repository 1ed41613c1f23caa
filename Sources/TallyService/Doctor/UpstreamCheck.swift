internal import CurlTransport
package import TallyConfig

/// Whether the upstreams of the proxy can be reached, without a call and without a credential.
struct UpstreamCheck: Sendable {
    /// How an upstream is asked.
    struct Settings: Sendable {
        /// Who asks.
        var userAgent = "tally"
        /// What one answer may take: any answer will do, and mostly it is an error of a few bytes.
        var limits = FetchLimits(connect: .seconds(5), idle: .seconds(5), total: .seconds(10), bytes: 64 << 10)
        /// How many are asked at once.
        var simultaneous = 8
    }

    private let upstreams: [(upstream: Upstream, hasCredential: Bool)]
    private let settings: Settings

    /// A check of the upstreams that are in use: the default one, and those whose credential is set.
    init(_ configuration: Configuration, environment: [String: String], settings: Settings) {
        upstreams = configuration.upstreams.values.sorted { $0.name < $1.name }.compactMap { upstream in
            let hasCredential = upstream.keyVariable.flatMap { environment[$0] }.map { !$0.isEmpty } ?? false
            let isAsked = hasCredential || upstream.name == configuration.proxy.defaultUpstream
            return isAsked ? (upstream, hasCredential) : nil
        }
        self.settings = settings
    }

    /// What was found, in the order of the names.
    func findings() async -> [DoctorFinding] {
        var findings = [DoctorFinding?](repeating: nil, count: upstreams.count)
        await withTaskGroup(of: (Int, DoctorFinding).self) { tasks in
            for number in upstreams.indices {
                if number >= settings.simultaneous, let (place, finding) = await tasks.next() {
                    findings[place] = finding
                }
                tasks.addTask { (number, await finding(upstreams[number].upstream, upstreams[number].hasCredential)) }
            }
            for await (place, finding) in tasks { findings[place] = finding }
        }
        return findings.compactMap(\.self)
    }

    private func finding(_ upstream: Upstream, _ hasCredential: Bool) async -> DoctorFinding {
        let check = "upstream \(upstream.name)"
        do throws(FetchError) {
            let request = WebRequest(
                try WebAddress(upstream.baseURL), certificateFile: upstream.certificateFile)
            _ = try await CurlTransport.ask(request, userAgent: settings.userAgent, limits: settings.limits)
        } catch {
            if case .tooLarge = error.reason { return DoctorFinding(check, .ok, "\(upstream.baseURL) answers") }
            let (detail, mend) = Self.words(error, upstream)
            return DoctorFinding(check, hasCredential ? .broken : .warning, detail, mend: mend)
        }
        return DoctorFinding(check, .ok, "\(upstream.baseURL) answers")
    }

    /// What is wrong and how to mend it: here it is the settings, not an address that somebody typed.
    private static func words(_ error: FetchError, _ upstream: Upstream) -> (detail: String, mend: String) {
        let address = "upstreams.\(upstream.name).base_url"
        return switch error.reason {
        case .unreachable(let detail):
            ("\(upstream.baseURL): no connection (\(detail))", "check \(address), the network and https_proxy")
        case .untrusted(let detail):
            (
                "\(upstream.baseURL): no secure connection (\(detail))",
                "check \(address), upstreams.\(upstream.name).ca_file and this machine's certificates"
            )
        case .timedOut:
            ("\(upstream.baseURL): no answer in time", "check the network and https_proxy, and look again")
        default: (error.description, "check \(address)")
        }
    }
}

extension Doctor {
    /// Whether the upstreams in use can be reached: the default one, and those whose credential is set.
    ///
    /// Any answer counts, whatever its status. An upstream without a credential of its own that cannot be reached is a
    /// warning only.
    ///
    /// - Parameters:
    ///   - configuration: The upstreams.
    ///   - environment: Where their credentials are, of which none is sent.
    ///   - userAgent: Who asks.
    /// - Returns: The check.
    package static func upstreams(
        _ configuration: Configuration, environment: [String: String], userAgent: String
    ) -> Check {
        let check = UpstreamCheck(
            configuration, environment: environment, settings: UpstreamCheck.Settings(userAgent: userAgent))
        return { await check.findings() }
    }
}
