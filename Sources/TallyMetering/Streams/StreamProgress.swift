internal import FastJSON
internal import TallyCore

/// How far a stream has come: what its events have said, and whether its last one was among them.
struct StreamProgress {
    /// Whether the event has come that ends streams of this kind.
    private(set) var isTerminated = false
    /// Whether no event has come yet.
    private(set) var isEmpty = true

    private var reader: DocumentReader
    private let parser: JSONParser
    /// Whether streams of this kind end with an event that says so.
    private var hasTerminator = false
    /// Whether an event broke off, so that it says nothing.
    private var hasBrokenEvent = false
    private var candidates = CandidateEnds()
    /// Whether what was made has been counted, and not only begun to be.
    private var hasFinalOutput = false

    init(_ exchange: Exchange, parser: JSONParser) {
        reader = DocumentReader(exchange)
        self.parser = parser
    }

    /// Takes an event.
    ///
    /// - Returns: What it is to those who pass the stream on.
    @discardableResult
    mutating func take(_ event: StreamDocument) -> EventRole {
        isEmpty = false
        let hadFailed = reader.hasFailed
        var role = takeName(event.name)
        if event.isTooLarge {
            reader.warn(.eventTooLarge)
            if !event.isWhole { role = .ordinary }
        } else if event.starts(with: "[DONE]") {
            role = .terminal
        } else if event.looksLikeObject {
            let isRead = event.parse(with: parser) { root in
                let (document, hasUsage) = reader.take(root)
                let kind = takeKind(of: document, hasUsage: hasUsage) ?? role
                if kind != .nullUsage || role != .terminal { role = kind }
            }
            if !isRead, event.isWhole { reader.warn(.notJSON) }
            if !isRead, !event.isWhole {
                hasBrokenEvent = true
                role = .ordinary
            }
        }
        if role == .terminal {
            isTerminated = true
        } else if !hadFailed, reader.hasFailed {
            role = .failure
        }
        return role
    }

    /// Takes a body that is no JSON.
    mutating func takeNothing() {
        reader.takeNothing()
    }

    /// How an event stream ended.
    ///
    /// - Parameter isClosed: Whether the connection was closed in good order.
    /// - Returns: Whether its last event came, or had to.
    func ending(isClosed: Bool) -> StreamEnding {
        if isTerminated { return .terminated }
        return isClosed && !hasTerminator && !hasBrokenEvent ? .closed : .cutOff
    }

    /// What all events said together.
    consuming func finish(_ ending: StreamEnding?) -> ResponseUsage {
        // Anthropic opens with a count of one or a few, which is not what was made.
        if reader.flavor == .anthropic, ending == .cutOff, !hasFinalOutput { reader.forgetOutput() }
        return reader.finish(ending)
    }

    private mutating func takeName(_ name: JSONText) -> EventRole {
        if name.isEmpty { return .ordinary }
        if name == "error" { reader.fail() }
        // `done` is the last event of Replicate and of OpenAI's assistants.
        return name == "done" || Self.isTerminal(name) ? .terminal : .ordinary
    }

    /// Whether an event of this name or type is the last one of its stream.
    private static func isTerminal(_ kind: JSONText) -> Bool {
        switch kind {
        // Anthropic; OpenAI's responses, realtime, transcription, speech and images; Cohere.
        case "message_stop", "response.completed", "response.incomplete", "response.failed", "response.cancelled",
            "response.done", "transcript.text.done", "speech.audio.done", "image_generation.completed",
            "image_edit.completed", "message-end":
            true
        default: false
        }
    }

    private mutating func takeKind(of document: ResponseDocument, hasUsage: Bool) -> EventRole? {
        var role: EventRole?
        if let choices = document.choices {
            hasTerminator = true
            if document.hasNullUsage { role = .nullUsage }
            if choices.kind == .array, choices.count == 0 {
                // OpenAI's last chunk before `[DONE]`, which some hosts leave out.
                if hasUsage { isTerminated = true }
                if Self.isUsageChunk(document.root) { role = .usageChunk }
            }
        }
        if let candidates = document.candidates {
            hasTerminator = true
            self.candidates.take(candidates)
            if self.candidates.areFinished { role = .terminal }
        }
        guard let type = document.type else { return role }
        hasTerminator = true
        if type == "message_delta", hasUsage { hasFinalOutput = true }
        if Self.isTerminal(type) {
            hasFinalOutput = true
            role = .terminal
        }
        return role
    }

    /// Whether an event has no choice, and a usage object of its own.
    private static func isUsageChunk(_ root: JSONValue) -> Bool {
        guard let choices = root["choices"], choices.kind == .array, choices.count == 0 else { return false }
        return root["usage"]?.kind == .object
    }
}
