internal import FastJSON
internal import LogInput
internal import TallyCore
internal import TallyMetering

/// Takes the answers of one read apart.
///
/// Not `Sendable`.
final class PageReader {
    private let read: WebRead
    private let settings: RecordSettings
    private let parser: JSONParser

    init(_ read: WebRead, _ settings: RecordSettings, source: String) throws {
        self.read = read
        var settings = settings
        if case .statements(let format) = read.content { settings.form = .other(format) }
        self.settings = settings
        parser = try JSONParser(limits: JSONParser.Limits(nodes: Self.maximumNodes))
    }

    /// The most values of one page.
    private static let maximumNodes = 1 << 24

    /// Whether the answers are sums of a biller.
    var isOfStatements: Bool {
        switch read.content {
        case .statements, .credits, .falUsage: true
        case .records: false
        }
    }

    /// What the form of the answers is called.
    var formName: String {
        switch read.content {
        case .credits: "openrouter-credits"
        case .falUsage: "fal-usage"
        case .statements(let format): format.rawValue
        case .records: settings.form?.name ?? "json"
        }
    }

    /// Whether a body is a document, or lines of them, to its end: the last brackets close what the first ones open.
    static func isWhole(_ body: [UInt8]) -> Bool {
        guard let parser = try? JSONParser(limits: JSONParser.Limits(nodes: maximumNodes)) else { return true }
        do {
            try parser.withDocument(body) { _ in }
            return true
        } catch let error as JSONError {
            switch error.kind {
            // Lines of documents, or no JSON at all, which is another matter.
            case .truncated, .empty: return false
            case .trailingContent: return body.last == 0x0A || body.last == UInt8(ascii: "}")
            default: return true
            }
        } catch {
            return true
        }
    }

    /// The page that follows another one; `nil` when that was the last.
    ///
    /// - Throws: ``WebFault`` when a page leads to itself.
    func next(after page: WebPage, in body: [UInt8]) throws -> WebPage? {
        var next = page
        next.number += 1
        if read.countsPages { return try isEmpty(body) ? nil : next }
        guard let pointer = read.cursor else { return nil }
        let cursor: String? = try document(body) { root -> String? in
            if root["has_more"]?.bool == false { return nil }
            guard let value = pointer.value(in: root) else { return nil }
            return value.string ?? value.numberText?.string
        }
        guard let cursor, !cursor.isEmpty else { return nil }
        guard cursor != page.cursor else {
            throw WebFault(address: read.name, reason: .endless(limit: page.number), retryAfter: nil)
        }
        next.cursor = cursor
        return next
    }

    private func isEmpty(_ body: [UInt8]) throws -> Bool {
        guard case .records(let pointer) = read.content else { return false }
        return try document(body) { root in
            let records = pointer.map { $0.value(in: root) } ?? root
            return records.map { $0.kind == .array && $0.count == 0 || $0.isNull } ?? true
        }
    }

    /// The records of a page.
    ///
    /// - Throws: ``WebFault`` when they are not where they were.
    func records(in body: [UInt8], name: String) throws -> RecordStream {
        var bytes = body
        if case .records(let pointer?) = read.content {
            bytes = try document(body) { root in
                guard let records = pointer.value(in: root), records.kind == .array || records.isNull else {
                    throw WebFault(
                        address: name, reason: .unexpected(detail: "there is no list at \(pointer.text)"),
                        retryAfter: nil)
                }
                return Self.lines(of: records)
            }
        } else if case .records = read.content {
            bytes = (try? document(body) { $0.kind == .array ? Self.lines(of: $0) : nil }) ?? nil ?? body
        }
        var settings = settings
        settings.maxLineBytes = min(max(settings.maxLineBytes, bytes.count), 1 << 30)
        return try RecordStream(
            try LineReader(
                bytes: bytes, name: name, limits: LineReader.Limits(maxLineBytes: settings.maxLineBytes)),
            settings: settings)
    }

    private static func lines(of records: JSONValue) -> [UInt8] {
        var lines: [UInt8] = []
        for record in records.elements {
            var writer = JSONWriter()
            writer.value(record)
            lines += writer.bytes + [0x0A]
        }
        return lines
    }

    /// The statement of an answer that has a form of its own.
    ///
    /// - Throws: ``WebFault`` when it is not that form any more.
    func ownStatement(in body: [UInt8], address: String) throws -> ProviderStatement? {
        do {
            switch read.content {
            case .credits: return try document(body) { try OpenRouterCredits.read($0) }
            case .falUsage: return try document(body) { try FalUsage.read($0) }
            case .statements, .records: return nil
            }
        } catch let failure as RecordFailure {
            throw WebFault(address: address, reason: .unexpected(detail: failure.description), retryAfter: nil)
        }
    }

    private func document<Value>(_ body: [UInt8], _ take: (JSONValue) throws -> Value) throws -> Value {
        do {
            return try parser.withDocument(body, take)
        } catch let error as JSONError {
            throw WebFault(
                address: read.name, reason: .unexpected(detail: "no JSON (\(error.description))"), retryAfter: nil)
        }
    }
}
