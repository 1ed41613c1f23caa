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
    /// Whether what was made has been counted, and not only begun to be.
    private var hasFinalOutput = false

    init(_ exchange: Exchange, parser: JSONParser) {
        reader = DocumentReader(exchange)
        self.parser = parser
    }

    /// Takes an event.
    mutating func take(_ event: StreamDocument) {
        isEmpty = false
        if event.isTooLarge { return reader.warn(.eventTooLarge) }
        if event.isText("[DONE]") {
            isTerminated = true
            return
        }
        takeName(event.name)
        guard event.looksLikeObject else { return }
        let parsed = event.parse(with: parser) { root in
            let (document, hasUsage) = reader.take(root)
            takeKind(of: document, hasUsage: hasUsage)
        }
        if parsed { return }
        if event.isWhole { reader.warn(.notJSON) } else { hasBrokenEvent = true }
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

    private mutating func takeName(_ name: [UInt8]) {
        if name.elementsEqual("error".utf8) { reader.fail() }
        // Replicate's last event.
        if name.elementsEqual("done".utf8) { isTerminated = true }
    }

    private mutating func takeKind(of document: ResponseDocument, hasUsage: Bool) {
        if let choices = document.choices {
            hasTerminator = true
            // OpenAI's last chunk before `[DONE]`, which some hosts leave out.
            if hasUsage, choices.kind == .array, choices.count == 0 { isTerminated = true }
        }
        if let candidates = document.candidates {
            hasTerminator = true
            for candidate in candidates.elements where candidate["finishReason"]?.text != nil { isTerminated = true }
        }
        guard let type = document.type else { return }
        hasTerminator = true
        switch type {
        case "message_delta": if hasUsage { hasFinalOutput = true }
        case "message_stop", "response.completed", "response.incomplete", "response.failed", "response.cancelled",
            "response.done", "transcript.text.done", "speech.audio.done", "image_generation.completed",
            "image_edit.completed", "message-end":
            isTerminated = true
            hasFinalOutput = true
        default: break
        }
    }
}
