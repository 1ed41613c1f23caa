package import TallyCore

/// A month's spend, as sums and, where asked for, call by call.
///
/// All answers for one month are of one moment: a source that reads a database does so in one snapshot.
package protocol SpendSource<Group>: Sendable {
    /// What net costs are wanted by.
    associatedtype Group: Hashable & Comparable & Sendable
    /// Quarters of an hour.
    associatedtype Quarters: AsyncSequence where Quarters.Element == SpendQuarter<Group>
    /// Calls.
    associatedtype Events: AsyncSequence where Events.Element == SpendEvent<Group>

    /// The quarters of an hour of a month that have spend, by time.
    ///
    /// Calls without a cost are left out, and so have to be named apart by whoever shows the result.
    func spend(in month: BillingMonth) async throws -> Quarters

    /// The calls with a cost on an account's bill within a quarter of an hour, by time and then by identity.
    ///
    /// Asked for between two quarters of ``spend(in:)``, whose reading is not over; the calls may not be read to their
    /// end.
    ///
    /// - Parameters:
    ///   - account: Whose.
    ///   - quarter: The first instant of the quarter of an hour.
    /// - Returns: The calls, whose costs sum to the cells of that account and quarter.
    /// - Throws: The fault of the source.
    func events(of account: BillingAccount, in quarter: Instant) async throws -> Events
}
