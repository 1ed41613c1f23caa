internal import FastJSON
internal import TallyCore

/// The session files of Claude Code (facts, section 7; ccusage, `adapter/claude`).
///
/// One call is written several times while its output grows, and a sidechain may replay it under another request id. So
/// calls are held back and told once: of the copies with one message id the one outside a sidechain, else the one with
/// more tokens. They are told when ``maximumHeld`` others have begun since, or at the end of the file. A copy that comes
/// later still has the same identity, as has one in another file.
///
/// The project is the name of the directory a call was made in, as ccusage has it, where the line says it.
///
/// Counts are Anthropic's own: the input holds neither reads nor writes of the cache. `costUSD` is the tool's own
/// computation.
struct ClaudeCodeLog: LogReader {
    /// The most calls held back at once.
    static let maximumHeld = 4096

    /// A call that may yet be told better.
    private struct Held {
        var parts: EventParts
        let estimate: Money?
        let tokens: Int64
        let isSidechain: Bool
        let statesSpeed: Bool
        let position: Int
    }

    private var held: [String: Held] = [:]
    /// The keys of `held` in the order they began, from `head`.
    private var order: [String] = []
    private var head = 0

    /// Where the first call begun that was held back until the file was finished.
    private var finishedFrom: Int?

    /// Where the first call that is held back begins, or was when the file was finished.
    var resumePosition: Int? { head < order.count ? held[order[head]]?.position : finishedFrom }

    mutating func read(_ record: JSONValue, at position: Int, into sink: inout LogSink) throws(RecordFailure) {
        var line = record
        // A sub-agent's progress nests the line of its own.
        if let nested = record["data"]?["message"]?.object {
            line = nested["message"]?.object == nil ? record["data"] ?? record : nested
        }
        guard let message = line["message"]?.object, let usage = message["usage"]?.object else {
            sink.pass(.noUsage)
            return
        }
        let model = try LogField.text(message["model"], "message.model")
        if model == "<synthetic>" {
            sink.pass(.synthetic)
            return
        }
        var parts = EventParts()
        parts.event.time = try LogField.requiredTime(
            line["timestamp"] ?? record["timestamp"], "timestamp", zone: sink.zone)
        parts.event.usage = try AnthropicCounts.read(usage)
        parts.seller.biller = "anthropic"
        parts.seller.model = model
        parts.seller.serviceTier = LogField.description(usage["service_tier"])
        let speed = usage["speed"]?.text
        if let model, let speed, speed == "fast" { parts.seller.model = model + "-fast" }
        if let folder = LogField.description(line["cwd"] ?? record["cwd"])?.split(separator: "/").last {
            parts.charged.project = String(folder)
        }
        let estimate = LogField.estimate(line["costUSD"] ?? record["costUSD"])
        let messageID = try LogField.text(message["id"], "message.id")
        let requestID = try LogField.text(line["requestId"] ?? record["requestId"], "requestId")
        guard let messageID else {
            sink.add(parts, seller: .assumed, estimate: estimate)
            return
        }
        parts.event.requestID = messageID
        parts.event.id = Self.key(messageID: messageID, requestID: requestID)
        let copy = Held(
            parts: parts, estimate: estimate, tokens: parts.event.usage?.tokens ?? 0,
            isSidechain: LogField.isTrue(line["isSidechain"] ?? record["isSidechain"]), statesSpeed: speed != nil,
            position: position)
        hold(copy, as: parts.event.id ?? messageID, into: &sink)
    }

    mutating func finish(into sink: inout LogSink) {
        finishedFrom = resumePosition
        while tellFirst(into: &sink) {}
    }

    /// What tells a call from all others: Anthropic's message ids are unique, ids that others make up may not be.
    private static func key(messageID: String, requestID: String?) -> String {
        if messageID.hasPrefix("msg_") { return messageID }
        return requestID.map { "\(messageID):\($0)" } ?? messageID
    }

    private mutating func hold(_ copy: consuming Held, as key: String, into sink: inout LogSink) {
        if let known = held[key] {
            sink.pass(.repetition)
            guard Self.isBetter(copy, than: known) else { return }
            var better = Held(
                parts: copy.parts, estimate: copy.estimate ?? known.estimate, tokens: copy.tokens,
                isSidechain: copy.isSidechain, statesSpeed: copy.statesSpeed, position: known.position)
            if known.isSidechain == copy.isSidechain {
                better.parts.event.time = min(known.parts.event.time, copy.parts.event.time)
            }
            held[key] = better
            return
        }
        if held.count >= Self.maximumHeld { tellFirst(into: &sink) }
        held[key] = copy
        order.append(key)
    }

    private static func isBetter(_ copy: borrowing Held, than known: borrowing Held) -> Bool {
        if copy.isSidechain != known.isSidechain { return known.isSidechain }
        if copy.tokens != known.tokens { return copy.tokens > known.tokens }
        return copy.statesSpeed && !known.statesSpeed
    }

    /// Tells the call that began first.
    @discardableResult
    private mutating func tellFirst(into sink: inout LogSink) -> Bool {
        guard head < order.count else { return false }
        let first = held.removeValue(forKey: order[head])
        head += 1
        if head == order.count || head > Self.maximumHeld {
            order.removeFirst(head)
            head = 0
        }
        if let first { sink.add(first.parts, seller: .assumed, estimate: first.estimate) }
        return true
    }
}

/// The usage object of Anthropic's Messages, in which input, cache reads and cache writes stand side by side.
enum AnthropicCounts {
    /// The disjoint classes; writes that are not told apart by lifetime last five minutes.
    static func read(_ object: JSONValue) throws(RecordFailure) -> UsageBuckets? {
        var usage = UsageBuckets()
        usage[.input] = try LogField.count(object["input_tokens"], "input_tokens")
        usage[.cacheRead] = try LogField.count(object["cache_read_input_tokens"], "cache_read_input_tokens")
        let written = try LogField.count(object["cache_creation_input_tokens"], "cache_creation_input_tokens")
        let split = object["cache_creation"]?.object
        let short = try LogField.count(split?["ephemeral_5m_input_tokens"], "ephemeral_5m_input_tokens")
        let long = try LogField.count(split?["ephemeral_1h_input_tokens"], "ephemeral_1h_input_tokens")
        if let written, written > (short ?? 0) + (long ?? 0) {
            usage[.cacheWrite5m] = written - (long ?? 0)
        } else {
            usage[.cacheWrite5m] = short ?? (long == nil ? written : nil)
        }
        usage[.cacheWrite1h] = long
        usage[.output] = try LogField.count(object["output_tokens"], "output_tokens")
        let thought = try LogField.count(object["output_tokens_details"]?["thinking_tokens"], "thinking_tokens")
        if let thought, thought <= usage.quantity(.output) { usage[.reasoning] = thought }
        usage[.webSearches] = try LogField.count(
            object["server_tool_use"]?["web_search_requests"], "web_search_requests")
        return usage.statesNothing ? nil : usage
    }
}

extension UsageBuckets {
    /// All tokens, none of them twice.
    fileprivate var tokens: Int64 { inputTokens + quantity(.output) }
}
