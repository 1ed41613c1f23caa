internal import FastJSON
internal import NIOCore

/// What the body of a request asks for.
struct CallFacts {
    var model = "fake-model"
    var isStream = false
    /// `stream_options.include_usage`.
    var includesUsage = false
    /// `max_tokens`, or one of its other names.
    var maximumTokens: Int?
    /// `n`, or `num_images`.
    var choices = 1
    /// The name of the first tool, when one is to be called.
    var tool: String?
    /// The whitespace-separated words of all texts in the prompt.
    var words = 0
    /// The elements of an array of inputs, else 1.
    var inputs = 1
    /// Whether the inputs are an array.
    var hasArrayOfInputs = false
    var dimensions = 8

    /// The most a request may ask for of anything counted.
    private static let countLimit: Int64 = 10_000_000
    private static let choicesLimit: Int64 = 128
    private static let dimensionsLimit: Int64 = 4_096

    init() {}

    /// Reads the body of a request.
    ///
    /// - Throws: `JSONError` when the body is no JSON.
    init(json body: ByteBuffer, _ parser: JSONParser) throws {
        var padded = body
        padded.writeRepeatingByte(0, count: JSONParser.padding)
        self = unsafe try padded.withUnsafeReadableBytes { bytes in
            let document = unsafe UnsafeRawBufferPointer(rebasing: bytes.dropLast(JSONParser.padding))
            return unsafe try parser.withDocument(padded: document) { value in CallFacts(value) }
        }
    }

    /// Reads the form of a transcription: its model is all that matters.
    init(form body: ByteBuffer) {
        let text = String(decoding: body.readableBytesView.prefix(Self.formPrefix), as: UTF8.self)
        let tail = String(decoding: body.readableBytesView.suffix(Self.formPrefix), as: UTF8.self)
        if let model = Self.formField("model", in: text) ?? Self.formField("model", in: tail) { self.model = model }
    }

    private init(_ value: JSONValue) {
        var mayCallTool = true
        for (key, member) in value.members {
            switch key {
            case "model": model = member.string ?? model
            case "stream": isStream = member.bool ?? false
            case "stream_options": includesUsage = member["include_usage"]?.bool ?? false
            case "max_tokens", "max_completion_tokens", "max_output_tokens":
                maximumTokens = member.int64.map { Int(min(max($0, 0), Self.countLimit)) } ?? maximumTokens
            case "n", "num_images": choices = Self.count(member, Self.choicesLimit) ?? choices
            case "dimensions": dimensions = Self.count(member, Self.dimensionsLimit) ?? dimensions
            case "tools": tool = Self.toolName(member)
            case "tool_choice": mayCallTool = member.text.map { !($0 == "none") } ?? true
            case "messages", "prompt", "system", "instructions": words += Self.words(in: member)
            case "input", "inputs":
                words += Self.words(in: member)
                hasArrayOfInputs = member.kind == .array
                inputs = hasArrayOfInputs ? member.count : 1
            default: break
            }
        }
        if !mayCallTool { tool = nil }
    }

    private static func count(_ value: JSONValue, _ limit: Int64) -> Int? {
        value.int64.map { Int(min(max($0, 1), limit)) }
    }

    private static func toolName(_ tools: JSONValue) -> String? {
        for tool in tools.elements {
            if let name = tool["function"]?["name"]?.string ?? tool["name"]?.string { return name }
        }
        return nil
    }

    /// Counts the words of a text, of the elements of an array, and of an object's `content`, `text` and `parts`.
    private static func words(in value: JSONValue) -> Int {
        switch value.kind {
        case .string:
            guard let text = value.text else { return 0 }
            var count = 0
            var isInWord = false
            for index in 0..<text.count {
                let byte = unsafe text.utf8[index]
                let isSpace = byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
                if !isSpace, !isInWord { count += 1 }
                isInWord = !isSpace
            }
            return count
        case .array: return value.elements.reduce(0) { $0 + words(in: $1) }
        case .object:
            var count = 0
            for (key, member) in value.members {
                switch key {
                case "content", "text", "parts": count += words(in: member)
                default: break
                }
            }
            return count
        case .null, .bool, .number: return 0
        }
    }

    private static let formPrefix = 16_384

    private static func formField(_ name: String, in form: String) -> String? {
        guard let field = form.firstRange(of: "name=\"\(name)\"\r\n\r\n") else { return nil }
        let value = form[field.upperBound...].prefix { !$0.isNewline }
        return value.isEmpty ? nil : String(value)
    }
}
