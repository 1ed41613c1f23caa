extension DurableQueue {
    /// How much a queue takes in before it refuses, and how much of a full disk it has set aside for what it took in.
    package struct Limits: Sendable, Equatable {
        /// The most bytes of one record, whatever the other limits.
        ///
        /// A transaction must not fail because of one record, so a longer one is refused before it gets there.
        package static let recordBytes = 16 * 1_024 * 1_024

        /// The least bytes a reservation holds.
        static let leastReservationBytes = 1_024

        /// Bytes of ballast for each byte of a record: its page in the log and in the database, both half empty.
        static let ballastFactor = 4

        /// The most records that wait, those reserved included.
        package let maximumRecords: Int
        /// The most bytes of records that wait, those reserved included.
        package let maximumBytes: Int
        /// The most records that are admitted but not on disk yet: reserved, or appended and not yet synced.
        package let reservedRecords: Int
        /// The size of the ballast file; 0 keeps none.
        package let reservedBytes: Int

        /// Limits that are all above zero, but for the ballast, which may be none.
        package init(maximumRecords: Int, maximumBytes: Int, reservedRecords: Int, reservedBytes: Int) {
            precondition(maximumRecords > 0 && maximumBytes > 0 && reservedRecords > 0 && reservedBytes >= 0)
            self.maximumRecords = maximumRecords
            self.maximumBytes = maximumBytes
            self.reservedRecords = reservedRecords
            self.reservedBytes = reservedBytes
        }

        /// The bytes of `maximumBytes` that one reservation holds.
        ///
        /// A record up to this long can be recorded though the queue is at its limit of bytes, and all that are admitted
        /// can be on a full disk: that is what the ballast is for. A longer one needs room for the rest of it.
        package var reservationBytes: Int {
            max(Self.leastReservationBytes, reservedBytes / Self.ballastFactor / reservedRecords)
        }
    }
}
