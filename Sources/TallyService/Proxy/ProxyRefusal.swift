internal import CurlTransport
internal import FastJSON
internal import NIOHTTP1

/// Why the proxy itself answers a request with an error.
enum ProxyRefusal: Error {
    /// What came is no HTTP.
    case notHTTP
    /// The request names no path.
    case notAPath
    /// The path names no upstream.
    case unknownUpstream(String, known: [String])
    /// The request asks for another protocol.
    case upgrade
    /// A Tally key that is not known, or no longer.
    case unknownKey
    /// A Tally key that may not be used here.
    case keyWithoutScope(String)
    /// The proxy is reached from elsewhere and the request has no Tally key.
    case keyMissing
    /// A Tally key whose upstream has no credential set.
    case credentialMissing(upstream: String, variable: String?)
    /// A header of Tally's that cannot be read.
    case badHeader(name: String, mend: String)
    /// The body is longer than allowed.
    case tooLarge(limit: Int)
    /// The client took too long to send its request.
    case clientTooSlow
    /// The call could not be recorded.
    case notRecordable(reason: String)
    /// The upstream did not answer.
    case upstreamFailed(upstream: String, detail: String)
    /// The upstream did not answer in time.
    case upstreamTimedOut(upstream: String, phase: String)
    /// The proxy is being stopped.
    case stopping

    /// Why a client gets no response of an upstream.
    init(_ failure: TransferFailure, upstream: String) {
        switch failure {
        case .timedOut(let phase): self = .upstreamTimedOut(upstream: upstream, phase: phase.rawValue)
        case .cancelled: self = .stopping
        default: self = .upstreamFailed(upstream: upstream, detail: failure.description)
        }
    }

    /// The status of the answer.
    var status: HTTPResponseStatus {
        switch self {
        case .notHTTP, .notAPath, .badHeader: .badRequest
        case .unknownUpstream: .notFound
        case .upgrade: .notImplemented
        case .unknownKey, .keyMissing: .unauthorized
        case .keyWithoutScope: .forbidden
        case .tooLarge: .payloadTooLarge
        case .clientTooSlow: .requestTimeout
        case .notRecordable, .stopping, .credentialMissing: .serviceUnavailable
        case .upstreamFailed: .badGateway
        case .upstreamTimedOut: .gatewayTimeout
        }
    }

    /// The kind of the error, in the words of OpenAI's errors.
    private var type: String {
        switch self {
        case .notHTTP, .notAPath, .unknownUpstream, .upgrade, .badHeader, .tooLarge: "invalid_request_error"
        case .unknownKey, .keyMissing, .keyWithoutScope: "authentication_error"
        case .clientTooSlow, .upstreamTimedOut: "timeout_error"
        case .credentialMissing: "configuration_error"
        case .notRecordable, .stopping: "service_unavailable"
        case .upstreamFailed: "upstream_error"
        }
    }

    /// A word for programs.
    private var code: String {
        switch self {
        case .notHTTP: "invalid_http"
        case .notAPath: "invalid_path"
        case .unknownUpstream: "unknown_upstream"
        case .upgrade: "upgrade_not_supported"
        case .unknownKey: "invalid_tally_key"
        case .keyMissing: "tally_key_missing"
        case .keyWithoutScope: "tally_key_scope"
        case .credentialMissing: "upstream_credential_missing"
        case .badHeader: "invalid_header"
        case .tooLarge: "request_too_large"
        case .clientTooSlow: "request_timeout"
        case .notRecordable: "spool_full"
        case .upstreamFailed: "upstream_unreachable"
        case .upstreamTimedOut: "upstream_timeout"
        case .stopping: "stopping"
        }
    }

    /// What is wrong and how to mend it.
    var message: String {
        switch self {
        case .notHTTP: "Tally: the request is no valid HTTP; check the client, and that it uses http and not https"
        case .notAPath:
            "Tally: the request names no path; send it to the proxy's own address, such as http://127.0.0.1:4000/v1"
        case .unknownUpstream(let name, let known):
            "Tally: no upstream is named \"\(name.prefix(64))\"; use /v1/... or one of \(known.joined(separator: ", ")), "
                + "or add it to `upstreams` in the configuration"
        case .upgrade:
            "Tally: the proxy relays HTTP requests only, no WebSockets; connect to the provider itself for those"
        case .unknownKey:
            "Tally: this Tally key is not known or was revoked; make one with `tally keys create --scope proxy`"
        case .keyMissing:
            "Tally: the proxy can be reached from other machines and needs a Tally key; "
                + "make one with `tally keys create --scope proxy` and send it as Authorization: Bearer or X-Tally-Key"
        case .keyWithoutScope(let name):
            "Tally: the key \"\(name)\" lacks the scope proxy; make one with `tally keys create --scope proxy`"
        case .credentialMissing(let upstream, let variable):
            if let variable {
                "Tally: the credential of the upstream \(upstream) is not set; "
                    + "set \(variable) in the environment of the daemon and start it again"
            } else {
                "Tally: the upstream \(upstream) has no credential; name its environment variable as "
                    + "upstreams.\(upstream).api_key_env in the configuration"
            }
        case .badHeader(let name, let mend): "Tally: the header \(name) cannot be read; \(mend)"
        case .tooLarge(let limit):
            "Tally: the request is longer than \(limit) bytes; raise proxy.max_body_bytes in the configuration"
        case .clientTooSlow:
            "Tally: the request did not come in time; raise proxy.client_timeout_seconds in the configuration"
        case .notRecordable(let reason):
            "Tally: the call could not be recorded and was not relayed: \(reason)"
        case .upstreamFailed(let upstream, let detail):
            "Tally: no response from the upstream \(upstream): \(detail)"
        case .upstreamTimedOut(let upstream, let phase):
            "Tally: the upstream \(upstream) did not answer in time (\(phase)); "
                + "raise the proxy's timeouts in the configuration if it may take longer"
        case .stopping: "Tally: the proxy is being stopped; try again"
        }
    }

    /// The body of the answer, shaped as OpenAI's errors are, so that its clients show the message.
    var body: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.member("message", message)
        writer.member("type", type)
        writer.member("code", code)
        writer.key("param")
        writer.null()
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}
