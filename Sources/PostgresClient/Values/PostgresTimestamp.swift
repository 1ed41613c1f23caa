/// A moment in time, column type `timestamptz`.
package struct PostgresTimestamp: Sendable, Hashable, Comparable {
    /// 1970-01-01 to 2000-01-01, where PostgreSQL counts from.
    private static let epochOffsetMicroseconds: Int64 = 946_684_800_000_000

    /// Microseconds since 1970-01-01 00:00 UTC; leap seconds are not counted.
    package let microseconds: Int64

    /// Names a moment by its microseconds since 1970-01-01 00:00 UTC.
    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static func < (left: PostgresTimestamp, right: PostgresTimestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The number PostgreSQL stores, counted from 2000.
    static func wire(microseconds: Int64) throws(PostgresError) -> Int64 {
        let (wire, overflow) = microseconds.subtractingReportingOverflow(epochOffsetMicroseconds)
        guard !overflow, wire != .min else {
            throw PostgresError(.encoding, "a timestamp lies before anything PostgreSQL can store (4713 BC)")
        }
        return wire
    }
}

extension PostgresTimestamp: PostgresPlainElement {
    package static var postgresType: PostgresType { .timestamptz }
    package static var arrayType: PostgresType { .timestamptzArray }

    package func encode(into bytes: inout PostgresBytes) throws(PostgresError) {
        bytes.append(try Self.wire(microseconds: microseconds))
    }

    package static func accepts(_ type: PostgresType) -> Bool { type == .timestamptz }

    package static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> PostgresTimestamp {
        let wire = try bytes.exactly(Int64.self)
        guard wire != .max, wire != .min else {
            throw PostgresError(.decoding, "an infinite timestamp where a moment was expected")
        }
        let (microseconds, overflow) = wire.addingReportingOverflow(epochOffsetMicroseconds)
        guard !overflow else { throw PostgresError(.decoding, "a timestamp after the year 294000") }
        return PostgresTimestamp(microseconds: microseconds)
    }
}
