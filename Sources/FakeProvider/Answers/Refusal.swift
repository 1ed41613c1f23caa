internal import NIOCore

/// The answer of a host to a call that fails.
struct Refusal {
    let status: Int
    let body: String
    var fields: [RequestHead.Field] = []

    /// The refusal that a script asks for, or that a bad request deserves.
    ///
    /// - Parameters:
    ///   - status: From 300 on. A redirection leads to `/elsewhere`.
    ///   - host: Whose shape the body has.
    ///   - model: The model named in the text, where the host names it.
    ///   - message: What to say in place of the host's own words.
    init(_ status: Int, _ host: Host, model: String, message: String? = nil) {
        self.status = status
        if status < 400 {
            body = ""
            fields = [("location", "/elsewhere")]
            return
        }
        let said = message ?? Self.message(status)
        switch host {
        case .huggingFace: body = message.map { #"{"error":\#($0.json)}"# } ?? Self.huggingFace(status, model)
        case .anthropic:
            body = #"{"type":"error","error":{"type":"\#(Self.anthropicType(status))","message":\#(said.json)}}"#
        case .openRouter: body = #"{"error":{"code":\#(status),"message":\#(said.json)}}"#
        case .fal: body = #"{"detail":\#(said.json)}"#
        case .openAI, .groq:
            let (type, code) = Self.openAIType(status)
            body = #"{"error":{"message":\#(said.json),"type":"\#(type)","param":null,"code":"\#(code)"}}"#
        }
        if status == 429 {
            fields = [
                ("retry-after", "55"), ("ratelimit", #""api";r=0;t=55"#),
                ("ratelimit-policy", #""fixed window";"api";q=1000;w=300"#),
            ]
        } else if status == 503 {
            fields = [("retry-after", "20")]
        }
    }

    private static func huggingFace(_ status: Int, _ model: String) -> String {
        switch status {
        case 402:
            #"{"error":"You have exceeded your monthly included credits for Inference Providers. "#
                + #"Subscribe to PRO to get 20x more monthly included credits."}"#
        case 429: #"{"error":"Too Many Requests"}"#
        case 503: #"{"error":\#("Model \(model) is currently loading".json),"estimated_time":20.0}"#
        default: #"{"error":\#(message(status).json)}"#
        }
    }

    private static func message(_ status: Int) -> String {
        switch status {
        case 400: "The request is not valid."
        case 401: "Incorrect API key provided."
        case 402: "Insufficient credits."
        case 403: "You may not do this."
        case 404: "There is no such resource."
        case 413: "The request is too large."
        case 429: "Rate limit reached for requests."
        case 500..<600: "The server had an error while processing your request."
        default: "The request failed."
        }
    }

    private static func openAIType(_ status: Int) -> (type: String, code: String) {
        switch status {
        case 401: ("invalid_request_error", "invalid_api_key")
        case 402: ("insufficient_quota", "insufficient_quota")
        case 429: ("requests", "rate_limit_exceeded")
        case 500..<600: ("server_error", "server_error")
        default: ("invalid_request_error", "invalid_request")
        }
    }

    private static func anthropicType(_ status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 529: "overloaded_error"
        case 500..<600: "api_error"
        default: "invalid_request_error"
        }
    }
}
