internal import LogInput
package import TallyCore
internal import TallyForecast

/// Daily spend read from a CSV file: `date,amount`, with `project` where there are several.
///
/// The columns are found by their names, in any order; `day` and `time` are a date, too, `cost` is an amount. Without a
/// header they are date, amount and project. Amounts of one day add up. An amount that is empty, `null` or `NaN` is
/// unknown; a day without a row is one on which nothing was spent.
package struct SpendTable: Sendable {
    /// The spend of one project.
    package struct Project: Sendable {
        /// Its name; `nil` when the table has no column of projects.
        package let name: String?
        /// What was spent, in the order of the table.
        fileprivate(set) var entries: [(day: CivilDate, amount: Money?)] = []
    }

    /// The projects by name.
    package let projects: [Project]
    /// The last day of the table; `nil` when it is empty.
    package let lastDay: CivilDate?

    /// The years a day may lie in.
    static let years = 1900...2199
    /// The most rows read.
    package static let maximumRows = 2_000_000

    /// Reads a table; `-` is standard input.
    ///
    /// - Parameters:
    ///   - path: The file, plain or gzip.
    ///   - zone: Whose days times belong to.
    ///   - project: Only this project; `nil` for all.
    /// - Throws: `LogInputError`, or ``ForecastFault`` that names the line.
    package init(path: String, zone: ReportZone, project: String? = nil) throws {
        let reader = try CSVReader(path: path)
        let columns = try Columns(header: reader.header)
        if project != nil, columns.project == nil {
            throw ForecastFault("--project: the input has no column project; add it to the header")
        }
        var places: [String?: Int] = [:]
        var projects: [Project] = []
        var last: CivilDate?
        var rows = 0
        func add(_ field: (Int) -> String, line: Int) throws(ForecastFault) {
            rows += 1
            if rows > Self.maximumRows {
                throw ForecastFault("line \(line): more than \(Self.maximumRows) rows; add them up by day first")
            }
            let day = try Self.day(field(columns.date), zone: zone, line: line)
            let amount = try Self.amount(field(columns.amount), "line \(line): amount")
            let name = columns.project.map(field)
            if let project, name != project { return }
            last = max(last ?? day, day)
            if let place = places[name] {
                projects[place].entries.append((day, amount))
            } else {
                places[name] = projects.count
                projects.append(Project(name: name, entries: [(day, amount)]))
            }
        }
        if !columns.hasHeader { try add({ reader.header[$0] }, line: 1) }
        while let record = try reader.next() {
            if let problem = record.problem {
                throw ForecastFault("line \(record.lineNumber): \(problem.description)")
            }
            try add({ reader.string(at: $0) }, line: record.lineNumber)
        }
        self.projects = projects.sorted { ($0.name ?? "") < ($1.name ?? "") }
        lastDay = last
    }

    /// Which column is what.
    private struct Columns {
        let date: Int
        let amount: Int
        let project: Int?
        let hasHeader: Bool

        init(header: [String]) throws(ForecastFault) {
            let names = header.map { Self.plain($0) }
            func place(_ wanted: String...) -> Int? {
                wanted.lazy.compactMap { names.firstIndex(of: $0) }.first
            }
            if let first = names.first, names.count >= 2, TimeText(first) != nil {
                self.init(date: 0, amount: 1, project: names.count > 2 ? 2 : nil, hasHeader: false)
                return
            }
            guard let date = place("date", "day", "time"), let amount = place("amount", "cost") else {
                throw ForecastFault("line 1: no columns date and amount; write the header date,amount")
            }
            self.init(date: date, amount: amount, project: place("project"), hasHeader: true)
        }

        private init(date: Int, amount: Int, project: Int?, hasHeader: Bool) {
            self.date = date
            self.amount = amount
            self.project = project
            self.hasHeader = hasHeader
        }

        private static func plain(_ name: String) -> String { SpendTable.trimmed(name).lowercased() }
    }

    private static func day(_ text: String, zone: ReportZone, line: Int) throws(ForecastFault) -> CivilDate {
        let day: CivilDate? =
            switch TimeText(trimmed(text)) {
            case .date(let date): date
            case .wallClock(let time): time.utcDate
            case .instant(let time): zone.date(at: time)
            case .month, nil: nil
            }
        guard let day, years.contains(day.year) else {
            throw ForecastFault("line \(line): date: no day from 1900 to 2199; write it as 2026-06-14")
        }
        return day
    }

    /// An amount as text; `nil` when it is not known.
    static func amount(_ text: String, _ field: String) throws(ForecastFault) -> Money? {
        let text = trimmed(text)
        if ["", "null", "nan", "na", "n/a"].contains(text.lowercased()) { return nil }
        do throws(Money.ParseFailure) {
            return try Money(rounding: text)
        } catch {
            throw ForecastFault("\(field) \(error.description); write it as 12.34, or leave it empty if unknown")
        }
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" }
        return String(start.prefix(start.count - start.reversed().prefix { $0 == " " || $0 == "\t" }.count))
    }
}
