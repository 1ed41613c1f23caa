/// What a path asks for, whatever comes before the part that is known.
enum Route: Equatable, Sendable {
    case chat
    case completions
    case responses
    case embeddings
    case images
    case speech
    case transcription
    case models
    case messages
    /// A task of hf-inference: the model, and the task where the path names one.
    case task(model: String, task: String?)
    /// A model of fal.
    case fal(model: String)

    /// The route and host of a path; `nil` when nothing there is known.
    static func of(_ path: String) -> (route: Route, host: Host)? {
        let parts = path.split(separator: "/")
        let host = Host(parts, isMessages: parts.last == "messages")
        guard let route = ending(parts) ?? below(parts) ?? falModel(parts, host) else { return nil }
        return (route, host)
    }

    var isGet: Bool { self == .models }

    private static func ending(_ parts: [Substring]) -> Route? {
        guard let last = parts.last else { return nil }
        let before = parts.dropLast().last
        return switch (before, last) {
        case ("chat", "completions"): .chat
        case (_, "completions"): .completions
        case (_, "responses"): .responses
        case (_, "embeddings"): .embeddings
        case ("images", "generations"): .images
        case ("audio", "speech"): .speech
        case ("audio", "transcriptions"), ("audio", "translations"): .transcription
        case (_, "models"): .models
        case (_, "messages"): .messages
        default: nil
        }
    }

    /// `/hf-inference/models/{model}[/pipeline/{task}]`, and a model among `/v1/models`.
    private static func below(_ parts: [Substring]) -> Route? {
        guard let index = parts.firstIndex(of: "models") else { return nil }
        guard index > 0, parts[index - 1] == "hf-inference" else { return .models }
        let rest = parts[(index + 1)...]
        if let pipeline = rest.firstIndex(of: "pipeline"), pipeline + 1 < rest.endIndex {
            return .task(model: rest[..<pipeline].joined(separator: "/"), task: String(rest[pipeline + 1]))
        }
        return .task(model: rest.joined(separator: "/"), task: nil)
    }

    private static func falModel(_ parts: [Substring], _ host: Host) -> Route? {
        let isRouted = host == .huggingFace(provider: "fal-ai")
        guard host == .fal || isRouted, parts.count > 1 else { return nil }
        // The name of the upstream is no part of the model; the first part of fal's own models is their owner.
        let isOwner = parts[0] == "fal-ai"
        return .fal(model: parts.dropFirst(isRouted ? 2 : isOwner ? 0 : 1).joined(separator: "/"))
    }
}
