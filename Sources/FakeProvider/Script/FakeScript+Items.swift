internal import NIOCore

extension FakeScript {
    /// The most pieces of text in one answer.
    private static let chunksLimit = 10_000_000
    /// The most bytes of one piece of text, and of added headers.
    private static let sizeLimit = 1 << 20
    /// The most bytes of a body that means nothing.
    private static let bodyLimit = 1 << 40
    /// A day in milliseconds: the longest wait.
    private static let waitLimit = 86_400_000

    /// Reads the script of a request.
    ///
    /// - Throws: `ScriptError`, which names the item and what may be given.
    init(_ head: RequestHead) throws(ScriptError) {
        let query = head.target.utf8.firstIndex(of: UInt8(ascii: "?")).map { head.target[$0...].dropFirst() }
        for item in (query ?? "").split(separator: "&") where item.hasPrefix(RequestHead.scriptPrefix) {
            let name = item.prefix { $0 != "=" }
            let value = item.dropFirst(name.count + 1)
            try read(String(name.dropFirst(RequestHead.scriptPrefix.count)), Self.decoded(value))
        }
        for (name, value) in head.script { try read(name, value) }
    }

    private mutating func read(_ name: String, _ value: String) throws(ScriptError) {
        guard let item = ScriptItem(rawValue: name) else { throw .unknown(name) }
        switch item {
        case .status: status = try number(item, value, 200...599)
        case .delayHead: headDelay = try number(item, value, 0...Self.waitLimit)
        case .interim: interim = try number(item, value, 100...199)
        case .header:
            guard let colon = value.firstIndex(of: ":") else { throw .bad(item, value) }
            let text = value[value.index(after: colon)...].drop { $0 == " " }
            fields.append((value[..<colon].lowercased(), String(text)))
        case .headerBytes: headerBytes = try number(item, value, 16...Self.sizeLimit)
        case .contentLength: lengthError = try number(item, value, -Self.sizeLimit...Self.sizeLimit)
        case .framing: framing = try choice(item, value)
        case .encoding: encoding = try choice(item, value)
        case .chunks: chunks = try number(item, value, 0...Self.chunksLimit)
        case .chunkBytes: chunkBytes = try number(item, value, 1...Self.sizeLimit)
        case .text:
            if value.utf8.count > Self.sizeLimit { throw .bad(item, value) }
            text = value
        case .chunkInterval: chunkInterval = try number(item, value, 0...Self.waitLimit)
        case .flush: flushesEach = try word(item, value, "each", "end")
        case .split: split = try number(item, value, 1...Self.sizeLimit)
        case .lineEnd: endsLinesWithCRLF = try word(item, value, "crlf", "lf")
        case .keepAlives: keepAlives = try number(item, value, 0...1_000)
        case .bodyBytes: bodyBytes = try number(item, value, 0...Self.bodyLimit)
        case .reset: try interrupt(item, value, .reset)
        case .close: try interrupt(item, value, .close)
        case .stall: try interrupt(item, value, .stall)
        case .garbage: garbage = try choice(item, value)
        case .errorAfter: errorAfter = try number(item, value, 0...Self.chunksLimit)
        case .noDone: hasNoDone = try word(item, value, "true", "false")
        case .noUsage: hasNoUsage = try word(item, value, "true", "false")
        case .emptyID: hasEmptyID = try word(item, value, "true", "false")
        case .cachedTokens: cachedTokens = try number(item, value, 0...Self.chunksLimit)
        case .reasoningTokens: reasoningTokens = try number(item, value, 0...Self.chunksLimit)
        case .seed: seed = UInt64(try number(item, value, 0...Int.max))
        }
    }

    private mutating func interrupt(
        _ item: ScriptItem, _ value: String, _ kind: Break
    ) throws(ScriptError) {
        let place: Place
        switch value {
        case "before-head": place = .beforeHead
        case "after-head": place = .afterHead
        case "mid-body": place = .midBody
        case "mid-event": place = .midEvent
        default:
            let parts = value.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "after", parts[2].hasPrefix("chunk"), let count = Int(parts[1]),
                count >= 0
            else { throw .bad(item, value) }
            place = .afterChunks(count)
        }
        interruption = (place, kind)
    }

    private func number(
        _ item: ScriptItem, _ value: String, _ range: ClosedRange<Int>
    ) throws(ScriptError) -> Int {
        guard let number = Int(value), range.contains(number) else { throw .bad(item, value) }
        return number
    }

    private func choice<Choice: RawRepresentable<String>>(
        _ item: ScriptItem, _ value: String
    ) throws(ScriptError) -> Choice {
        guard let choice = Choice(rawValue: value) else { throw .bad(item, value) }
        return choice
    }

    private func word(
        _ item: ScriptItem, _ value: String, _ yes: String, _ no: String
    ) throws(ScriptError) -> Bool {
        guard value == yes || value == no else { throw .bad(item, value) }
        return value == yes
    }

    /// Resolves `%XX`; `+` stays, since it is a sign here.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let decoded = UInt8(digits, radix: 16) {
                bytes.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
