internal import FastJSON
internal import HTTPTypes
internal import TallyCore
internal import TallyMetering

/// Reads the events of a request: one, an array, JSON lines, or CloudEvents.
struct EventSubmissionReader: ~Copyable {
    private var decoder: EventRecordDecoder
    private let parser: JSONParser
    private var submission: EventSubmission

    /// The most values of one document: a record has about thirty.
    private static let maximumNodes = 1 << 22

    /// A reader.
    ///
    /// - Parameters:
    ///   - aliases: The spellings of billers and providers.
    ///   - submission: Takes the events.
    /// - Throws: `JSONError` when there is no memory.
    init(aliases: ProviderAliases, into submission: EventSubmission) throws(JSONError) {
        let parser = try JSONParser(limits: JSONParser.Limits(nodes: Self.maximumNodes))
        var defaults = RecordDefaults()
        defaults.aliases = aliases
        decoder = EventRecordDecoder(defaults: defaults)
        self.parser = parser
        self.submission = submission
    }

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - body: The body.
    ///   - form: How its events stand in it.
    /// - Returns: The events.
    /// - Throws: ``Problem`` when it is not made as its form says.
    consuming func read(_ body: IngestBody, as form: SubmissionForm) throws(Problem) -> EventSubmission {
        try unsafe body.withBytes { bytes throws(Problem) in
            if unsafe bytes.allSatisfy(Self.isSpace) {
                throw Self.problem("the body is empty; send an event, an array of events or JSON lines")
            }
            switch form {
            case .lines: return unsafe try readLines(bytes)
            case .detected where unsafe isLines(bytes): return unsafe try readLines(bytes)
            default: return unsafe try readDocument(bytes, as: form)
            }
        }
        return submission
    }

    /// Whether the first line is a whole document, and something follows it.
    private func isLines(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = unsafe bytes.firstIndex(where: { !Self.isSpace($0) }),
            let end = unsafe bytes[start...].firstIndex(of: UInt8(ascii: "\n")),
            unsafe !bytes[end...].allSatisfy(Self.isSpace)
        else { return false }
        let parser = parser
        let line = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        return (try? unsafe parser.withDocument(padded: line) { $0.kind != .array }) ?? false
    }

    private mutating func readLines(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
        var number = 0
        var start = bytes.startIndex
        let parser = parser
        while start < bytes.endIndex {
            let end = unsafe bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            let line = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            number += 1
            start = end + 1
            if unsafe line.allSatisfy(Self.isSpace) { continue }
            let origin = try submission.begin(line: number)
            do throws(RecordFailure) {
                try unsafe parser.withDocument(
                    padded: line,
                    mapError: { RecordFailure.notJSON($0.description, isCutOff: false) },
                    { (root: JSONValue) throws(RecordFailure) in try add(root, from: origin) })
            } catch {
                submission.reject(origin, error.description)
            }
        }
    }

    private mutating func readDocument(
        _ bytes: UnsafeRawBufferPointer, as form: SubmissionForm
    ) throws(Problem) {
        let parser = parser
        try unsafe parser.withDocument(
            padded: bytes, mapError: { Self.problem("the body is \($0.description)") },
            { (root: JSONValue) throws(Problem) in
                switch (root.kind, form) {
                case (.array, .detected), (.array, .batch):
                    for element in root.elements { try addRecord(element, as: form) }
                case (.object, .detected), (.object, .event), (.object, .single): try addRecord(root, as: form)
                case (_, .batch): throw Self.problem("the body is no array; a batch of CloudEvents is [{…}, …]")
                case (_, .event), (_, .single): throw Self.problem("the body is no object; send one event")
                default:
                    throw Self.problem("the body is no event; send an object, an array of objects or JSON lines")
                }
            })
    }

    private mutating func addRecord(_ value: JSONValue, as form: SubmissionForm) throws(Problem) {
        let origin = try submission.begin()
        do throws(RecordFailure) {
            switch form {
            case .event(let envelope): try add(value, in: envelope, from: origin)
            case .single, .batch: try addCloudEvent(value, from: origin)
            case .detected, .lines: try add(value, from: origin)
            }
        } catch {
            submission.reject(origin, error.description)
        }
    }

    private mutating func add(_ value: JSONValue, from origin: EventSubmission.Origin) throws(RecordFailure) {
        if value.kind == .object, EventEnvelope.looksLike(value) { return try addCloudEvent(value, from: origin) }
        try add(value, in: nil, from: origin)
    }

    private mutating func addCloudEvent(
        _ value: JSONValue, from origin: EventSubmission.Origin
    ) throws(RecordFailure) {
        let envelope = try EventEnvelope(value)
        try add(try EventEnvelope.data(of: value), in: envelope, from: origin)
    }

    private mutating func add(
        _ value: JSONValue, in envelope: EventEnvelope?, from origin: EventSubmission.Origin
    ) throws(RecordFailure) {
        var event = UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent)
        let hint = try decoder.decode(value, into: &event, in: envelope)
        submission.add(event, hint, otherModels: decoder.otherModels, from: origin)
    }

    private static func problem(_ detail: String) -> Problem {
        Problem(.badRequest, title: "The events cannot be read", detail: detail)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
    }
}
