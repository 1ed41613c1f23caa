internal import FastJSON
internal import LogInput
internal import TallyCore
internal import TallyMetering

/// Reads the records of one file, of a form that is given or found out from the first of them.
struct RecordReading: ~Copyable {
    /// The form, `nil` while no record has told it.
    private(set) var form: RecordForm?
    /// What the record read last told beside what is in the event, the next one last.
    private var items: [RecordItem] = []
    /// Whether nothing more can be read, for a reason that is among ``faults``.
    private(set) var isStopped = false

    private let settings: RecordSettings
    private let header: [String]?
    private var events: EventRecordDecoder
    private var log: LogDecoder?
    private var members: MemberRecordDecoder?
    private var columns: ColumnRecordDecoder?
    private var stop: RecordFailure?

    /// A reading.
    ///
    /// - Parameters:
    ///   - form: The form of the records, if it is known.
    ///   - header: The columns, when they are rows of a table.
    ///   - settings: How they are read.
    /// - Throws: `RecordFailure` when the header lacks a column; `JSONError` when there is no memory.
    init(form: RecordForm?, header: [String]?, settings: RecordSettings) throws {
        self.settings = settings
        self.header = header
        events = EventRecordDecoder(defaults: settings.defaults)
        var form = form
        if let header, form == nil {
            let map = settings.map
            form = map.isFor(header: header) ? .csv : LogFormat.detect(header: header).map(RecordForm.other) ?? .csv
        }
        if let form { try begin(form) }
    }

    /// Makes ready for records of a form.
    private mutating func begin(_ form: RecordForm) throws {
        switch form {
        case .other(let format):
            log = try LogDecoder(format, defaults: settings.defaults, header: header)
        case .json: members = try MemberRecordDecoder(map: settings.map, defaults: settings.defaults)
        case .csv:
            if let header {
                columns = try ColumnRecordDecoder(header: header, map: settings.map, defaults: settings.defaults)
            }
        case .tally, .openai: break
        }
        self.form = form
    }

    /// Makes ready to read on where an earlier reading is gone on with: what that one held back is told anew.
    mutating func restart() throws(LogInputError) {
        guard case .other(let format)? = form, format.isStateful else { return }
        do {
            log = try LogDecoder(format, defaults: settings.defaults, header: header)
        } catch {
            throw .outOfMemory(path: "a log decoder", bytes: 1 << 20)
        }
    }

    /// Where a later reading has to begin so that nothing is lost; `nil` when it may begin behind the last record read.
    var resumePosition: Int? {
        switch log {
        case .some(let log): log.resumePosition
        case .none: nil
        }
    }

    /// What other models used that served a part of the call that is in the event.
    var otherModels: [ResponseUsage.ModelPart] { events.otherModels }

    /// Whether the document read last has told more than was taken.
    var hasItems: Bool { !items.isEmpty }

    /// Takes the next of what the document read last has told; there must be one.
    mutating func takeItem() -> RecordItem { items.removeLast() }

    /// What is wrong with the file as a whole.
    var faults: [RecordFailure] {
        if let stop { return [stop] }
        switch members {
        case .some(let members): return members.faults
        case .none: return []
        }
    }

    /// Reads what was held back until the end of the file.
    mutating func finish() {
        if log != nil { put(log?.finish() ?? []) }
    }

    private mutating func put(_ told: [LogItem]) {
        items = told.reversed().map(RecordItem.init)
    }

    /// Reads one document.
    ///
    /// - Parameters:
    ///   - root: The document: a record, or a list or page of them.
    ///   - position: Where it begins in its file.
    ///   - event: Becomes the event when the document is one call.
    /// - Returns: What that call's identity is made from; `nil` when all that the document told are items.
    /// - Throws: `RecordFailure` when the document is one record that cannot be read.
    mutating func read(
        _ root: JSONValue, at position: Int, into event: inout UsageEvent
    ) throws(RecordFailure) -> IdentityHint? {
        switch form {
        case .tally, .openai, .csv: return try readOwn(root, into: &event)
        case .other: put(log?.decode(root, at: position) ?? [])
        case .json: return try readMembers(root, into: &event)
        case nil: return try readFirst(root, at: position, into: &event)
        }
        return nil
    }

    /// Reads one row of a table; see ``read(_:at:into:)``.
    mutating func read(
        at position: Int, into event: inout UsageEvent, cells cell: (Int) -> String
    ) throws(RecordFailure) -> IdentityHint? {
        if let hint = try columns?.decode(into: &event, cell) { return hint }
        put(log?.decode(at: position, cells: cell) ?? [])
        return nil
    }

    // MARK: Finding out the form

    private mutating func readFirst(
        _ root: JSONValue, at position: Int, into event: inout UsageEvent
    ) throws(RecordFailure) -> IdentityHint? {
        let first = elements(of: root)?.first { _ in true } ?? root
        if settings.map.isFor(first) {
            return try read(root, of: .json, at: position, into: &event)
        }
        if let format = LogFormat.detect(root) {
            return try read(root, of: .other(format), at: position, into: &event)
        }
        do throws(RecordFailure) {
            let hint = try readOwn(root, into: &event)
            let isOwn = hint != nil || items.contains { if case .call = $0 { true } else { false } }
            if isOwn { form = first["request"] == nil || first["usage"] != nil ? .tally : .openai }
            return hint
        } catch {
            // A map that is given is meant, though nothing of it is here.
            if settings.map.isEmpty { throw error }
            return try read(root, of: .json, at: position, into: &event)
        }
    }

    private mutating func read(
        _ root: JSONValue, of form: RecordForm, at position: Int, into event: inout UsageEvent
    ) throws(RecordFailure) -> IdentityHint? {
        do {
            try begin(form)
        } catch {
            throw error as? RecordFailure ?? .outOfMemory
        }
        return try read(root, at: position, into: &event)
    }

    // MARK: Records of Tally's own

    private mutating func readOwn(
        _ root: JSONValue, into event: inout UsageEvent
    ) throws(RecordFailure) -> IdentityHint? {
        do throws(RecordFailure) {
            return try events.decode(root, into: &event)
        } catch {
            guard let elements = elements(of: root) else { throw error }
            for element in elements {
                let item = Self.item { (call) throws(RecordFailure) in try events.decode(element, into: &call) }
                if case .call(let call, let hint, _) = item {
                    items.append(.call(call, hint, otherModels: events.otherModels))
                } else {
                    items.append(item)
                }
            }
            items.reverse()
            return nil
        }
    }

    // MARK: Records of any shape

    private mutating func readMembers(
        _ root: JSONValue, into event: inout UsageEvent
    ) throws(RecordFailure) -> IdentityHint? {
        let elements = elements(of: root)
        if let fault = members?.fault(of: elements?.first { _ in true } ?? root) {
            stop = fault
            isStopped = true
            return nil
        }
        guard let elements else { return try members?.decode(root, into: &event) }
        for element in elements {
            items.append(Self.item { (call) throws(RecordFailure) in try members?.decode(element, into: &call) })
        }
        items.reverse()
        return nil
    }

    private static func item(
        _ decode: (inout UsageEvent) throws(RecordFailure) -> IdentityHint?
    ) -> RecordItem {
        var call = UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent)
        do throws(RecordFailure) {
            guard let hint = try decode(&call) else { return .skipped(.noUsage) }
            return .call(call, hint, otherModels: [])
        } catch {
            return .failure(error)
        }
    }

    /// The records of a list, or of a page that holds them; `nil` when a document is a record itself.
    private func elements(of root: JSONValue) -> JSONElements? {
        if root.kind == .array { return root.elements }
        if settings.map.isFor(root) { return nil }
        for name: StaticString in ["data", "rows"] {
            if let page = root[name], page.kind == .array { return page.elements }
        }
        return nil
    }
}
