package import TallyCore

/// Reads the records of a table: a header, and columns that fill the fields of an event.
package struct ColumnRecordDecoder: ~Copyable {
    private let zone: ReportZone
    private let positions: [(field: FieldMap.Field, column: Int, name: String)]
    private var builder: DraftBuilder

    /// A decoder of the records under a header.
    ///
    /// - Throws: ``RecordFailure`` when the header lacks a column that is mapped or needed.
    package init(header: [String], map: FieldMap, defaults: RecordDefaults) throws(RecordFailure) {
        positions = try map.positions(in: header).map { ($0.field, $0.column, RecordFailure.shown($0.name)) }
        zone = defaults.zone
        builder = DraftBuilder(defaults: defaults)
    }

    /// Reads one record.
    ///
    /// An empty cell says nothing.
    ///
    /// - Parameters:
    ///   - event: Becomes the record's event, its identity aside; it may be any event.
    ///   - cell: The text of a column of the record.
    /// - Returns: What the identity is made from.
    /// - Throws: ``RecordFailure``, which names the column and the mend.
    package mutating func decode(
        into event: inout UsageEvent, _ cell: (Int) -> String
    ) throws(RecordFailure) -> IdentityHint {
        var fields = MappedFields(zone: zone)
        for (field, column, name) in positions { try fields.read(field, cell(column), name) }
        return try fields.complete(&event, by: &builder)
    }
}
