internal import Foundation

/// The days that the calls of a trial fall on, whatever the time it runs at.
enum TrialRange {
    private static let daySeconds = 86_400.0

    /// The first day.
    static var from: String { day(-1) }
    /// The day after the last.
    static var to: String { day(2) }

    private static func day(_ distance: Double) -> String {
        Date(timeIntervalSinceNow: distance * daySeconds).formatted(.iso8601.year().month().day())
    }
}
