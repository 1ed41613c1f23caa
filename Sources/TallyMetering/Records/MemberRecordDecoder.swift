package import FastJSON
package import TallyCore

/// Reads JSON records of any shape: their members fill the fields of an event, as a map says or by their own names.
package struct MemberRecordDecoder: ~Copyable {
    /// A field, and where in a record it stands.
    private struct Place {
        let field: FieldMap.Field
        let path: MemberPath
        let name: String
        let isMapped: Bool
        var isFound = false
    }

    private let zone: ReportZone
    private var places: [Place]
    private var builder: DraftBuilder
    private var isStarted = false
    private var firstNames: [String] = []

    /// A decoder of records.
    ///
    /// - Throws: ``RecordFailure`` when the map names a pointer that is none.
    package init(map: FieldMap, defaults: RecordDefaults) throws(RecordFailure) {
        var places: [Place] = []
        for (field, path) in map.paths {
            places.append(Place(field: field, path: path, name: path.shown, isMapped: true))
        }
        let others = FieldMap.Field.named.map(\.name) + UsageClass.names
        for name in others {
            guard let field = FieldMap.Field(name: name), map.columns[field] == nil,
                !map.columns.values.contains(name)
            else { continue }
            places.append(Place(field: field, path: try MemberPath(name), name: name, isMapped: false))
        }
        self.places = places
        zone = defaults.zone
        builder = DraftBuilder(defaults: defaults)
    }

    /// Reads one record.
    ///
    /// A member that is not there, or null, says nothing.
    ///
    /// - Parameters:
    ///   - root: The record.
    ///   - event: Becomes the record's event, its identity aside; it may be any event.
    /// - Returns: What the identity is made from.
    /// - Throws: ``RecordFailure``, which names the member and the mend.
    package mutating func decode(
        _ root: JSONValue, into event: inout UsageEvent
    ) throws(RecordFailure) -> IdentityHint {
        guard root.kind == .object else {
            throw RecordFailure("the line is not a JSON object; write one record a line")
        }
        if !isStarted { start(with: root) }
        var fields = MappedFields(zone: zone)
        for index in places.indices {
            guard let value = places[index].path.value(in: root) else { continue }
            places[index].isFound = true
            if value.isNull { continue }
            guard let text = value.scalarText else {
                throw RecordFailure(
                    "\(places[index].name) is an object or a list; map the member in it that is text or a number")
            }
            try fields.read(places[index].field, text, places[index].name)
        }
        return try fields.complete(&event, by: &builder)
    }

    /// Why no record of a file like this can be read; `nil` when its first record has what is needed.
    ///
    /// - Parameter first: The first record.
    /// - Returns: The reason, with the mend.
    package func fault(of first: JSONValue) -> RecordFailure? {
        guard !isStarted, first.kind == .object else { return nil }
        func isGiven(_ isWanted: (FieldMap.Field) -> Bool) -> Bool {
            places.contains { isWanted($0.field) && ($0.isMapped || $0.path.value(in: first) != nil) }
        }
        let names = FieldMap.list(Self.names(of: first))
        if !isGiven({ $0 == .time }) {
            return RecordFailure("no member gives the time; add --map time=MEMBER (the first record has \(names))")
        }
        let hasUsage = isGiven { if case .usage = $0 { true } else { false } }
        if hasUsage { return nil }
        return RecordFailure("no member gives a quantity; add --map input=MEMBER (the first record has \(names))")
    }

    /// What is mapped and was in none of the records read so far.
    package var faults: [RecordFailure] {
        if !isStarted { return [] }
        return places.filter { $0.isMapped && !$0.isFound }.map { place in
            RecordFailure("no record has '\(place.name)'; the first one has \(FieldMap.list(firstNames))")
        }
    }

    private mutating func start(with first: JSONValue) {
        isStarted = true
        firstNames = Self.names(of: first)
    }

    private static func names(of record: JSONValue) -> [String] {
        record.members.prefix(FieldMap.maximumListed + 1).map { $0.key.string }
    }
}

extension FieldMap {
    /// Whether a record is one of those the map is for: it holds what gives the time, or anything mapped where the map
    /// leaves the time alone.
    ///
    /// - Parameter record: The first record of a log.
    /// - Returns: Whether its members are to be mapped.
    package func isFor(_ record: JSONValue) -> Bool {
        if let time = paths.first(where: { $0.field == .time }) { return time.path.value(in: record) != nil }
        return paths.contains { $0.path.value(in: record) != nil }
    }

    /// Whether a header is one of those the map is for; see ``isFor(_:)``.
    package func isFor(header: [String]) -> Bool {
        if let time = columns[.time] { return header.contains(time) }
        return columns.values.contains { header.contains($0) }
    }
}
