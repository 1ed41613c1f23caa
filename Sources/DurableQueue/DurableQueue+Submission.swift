extension DurableQueue {
    /// A record with the place that was kept for it, and who wants to know when it is on disk.
    package struct Submission: Sendable {
        let record: [UInt8]
        let reservation: Reservation?
        let whenSynced: @Sendable (Result<Int64, DurableQueueError>) -> Void

        /// A record on its way to a queue.
        ///
        /// - Parameters:
        ///   - record: Up to ``Limits/recordBytes`` bytes.
        ///   - reservation: The place for it; nil, or one that was used or given back, takes a place if there is one.
        ///   - whenSynced: Called once: with the record's sequence when it is on disk, in the order of the sequences, on
        ///     the writer's thread, which should not be held up; with an error there if it could not be written; or
        ///     before ``DurableQueue/append(_:)`` returns, on the caller's thread, if the record is refused. A reader
        ///     may see the record a moment earlier.
        package init(
            _ record: [UInt8], using reservation: consuming Reservation?,
            whenSynced: @escaping @Sendable (Result<Int64, DurableQueueError>) -> Void
        ) {
            self.record = record
            self.reservation = reservation
            self.whenSynced = whenSynced
        }

        /// Tells that the record was refused, and gives its place back.
        ///
        /// - Parameter error: Why.
        package func refuse(_ error: DurableQueueError) {
            reservation?.release()
            whenSynced(.failure(error))
        }
    }

    /// Hands over records, without waiting: they stay together and in order as far as one commit takes them.
    ///
    /// - Parameter submissions: The records.
    package func append(_ submissions: [Submission]) {
        for (submission, error) in admission.append(submissions) { submission.whenSynced(.failure(error)) }
    }

    /// Hands over one record, without waiting.
    ///
    /// - Parameters:
    ///   - record: Up to ``Limits/recordBytes`` bytes.
    ///   - reservation: The place for it; nil, or one that was used or given back, takes a place if there is one.
    ///   - whenSynced: As of ``Submission``.
    package func append(
        _ record: [UInt8], using reservation: consuming Reservation?,
        whenSynced: @escaping @Sendable (Result<Int64, DurableQueueError>) -> Void
    ) {
        append([Submission(record, using: reservation, whenSynced: whenSynced)])
    }
}
