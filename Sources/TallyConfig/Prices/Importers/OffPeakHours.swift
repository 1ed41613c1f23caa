internal import FastJSON
internal import TallyCore

/// The hours of LiteLLM's `off_peak_pricing` that hold on every day of the week.
struct OffPeakHours {
    /// The windows of the day.
    let windows: [DailyWindow]
    /// Whether no other hours are cheaper on some days.
    let isEveryDay: Bool

    private static let minutes = 1440

    init(_ value: JSONValue) {
        var days = [[Bool]](repeating: [Bool](repeating: false, count: Self.minutes), count: 7)
        let stated = value["windows"]?.elements.map { $0 } ?? [value]
        for window in stated {
            let weekdays = window["weekdays"]?.elements.compactMap(\.int64).map { Int($0) } ?? Array(1...7)
            guard let hours = window["hours_utc"] else { continue }
            let texts = hours.string.map { [$0] } ?? hours.elements.compactMap(\.string)
            for text in texts {
                guard let (start, end) = Self.range(text) else { continue }
                for day in weekdays where (1...7).contains(day) {
                    var minute = start
                    repeat {
                        days[day - 1][minute] = true
                        minute = (minute + 1) % Self.minutes
                    } while minute != end
                }
            }
        }
        let always = (0..<Self.minutes).map { minute in days.allSatisfy { $0[minute] } }
        isEveryDay = days.allSatisfy { $0 == always }
        windows = Self.windows(always)
    }

    /// The minutes of `10:00-00:00`; equal ends are the whole day.
    private static func range(_ text: String) -> (start: Int, end: Int)? {
        let ends = text.split(separator: "-").map { end -> Int? in
            let parts = end.split(separator: ":").compactMap { Int($0) }
            guard parts.count == 2, (0...24).contains(parts[0]), (0..<60).contains(parts[1]) else { return nil }
            return (parts[0] * 60 + parts[1]) % minutes
        }
        guard ends.count == 2, let start = ends[0], let end = ends[1] else { return nil }
        return (start, end)
    }

    /// The runs of the marked minutes round the clock; the whole day is two.
    private static func windows(_ isIn: [Bool]) -> [DailyWindow] {
        if isIn.allSatisfy({ $0 }) {
            return [DailyWindow(startMinute: 0, endMinute: 720), DailyWindow(startMinute: 720, endMinute: 0)]
                .compactMap(\.self)
        }
        let starts = (0..<minutes).filter { isIn[$0] && !isIn[($0 + minutes - 1) % minutes] }
        return starts.compactMap { start in
            var end = start
            while isIn[end] { end = (end + 1) % minutes }
            return DailyWindow(startMinute: start, endMinute: end)
        }
    }
}
