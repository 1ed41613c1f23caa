import TallyCore
import TallyForecast
import Testing

@testable import TallyService

struct SpendTableTests {
    private let folder: LogFolder

    init() throws { folder = try LogFolder() }

    private func table(_ text: String, zone: String = "UTC", project: String? = nil) throws -> SpendTable {
        try SpendTable(
            path: folder.write("spend.csv", text), zone: #require(ReportZone(name: zone)), project: project)
    }

    private func days(_ table: SpendTable, _ place: Int = 0) throws -> [String] {
        let last = try #require(table.lastDay)
        let series = try SpendSeries(table.projects[place].entries, through: last)
        return ["\(series.firstDay)"] + series.amounts.map { $0?.description ?? "unknown" }
    }

    @Test func datesAndAmountsAreRead() throws {
        let table = try table("date,amount\n2026-06-03,1.5\n2026-06-01,2\r\n2026-06-03,\"0.25\"\n")
        #expect(table.projects.map(\.name) == [nil])
        #expect(try days(table) == ["2026-06-01", "2.00", "0.00", "1.75"])
    }

    @Test func columnsAreFoundByName() throws {
        let table = try table("cost;Project;requests; Time \n3;b;7;2026-06-02\n1e-7;a;1;2026-06-01T23:30:00Z\n")
        #expect(table.projects.map(\.name) == ["a", "b"])
        #expect(try days(table) == ["2026-06-01", "0.0000001", "0.00"])
        #expect(try days(table, 1) == ["2026-06-02", "3.00"])
    }

    @Test func aTimeBelongsToTheDayOfTheZone() throws {
        let berlin = try table("time,cost\n2026-06-01T23:30:00Z,1\n", zone: "Europe/Berlin")
        #expect(try days(berlin) == ["2026-06-02", "1.00"])
    }

    @Test func withoutAHeaderTheOrderCounts() throws {
        let plain = try table("2026-06-01,4\n2026-06-02,5\n")
        #expect(try days(plain) == ["2026-06-01", "4.00", "5.00"])
        let named = try table("2026-06-01,4,x\n2026-06-01,5,y\n")
        #expect(named.projects.map(\.name) == ["x", "y"])
    }

    @Test(arguments: ["", "NaN", "nan", "null", " ", "NA"])
    func whatIsNoAmountIsUnknown(_ amount: String) throws {
        let table = try table("date,amount\n2026-06-01,4\n2026-06-02,\(amount)\n2026-06-02,1\n2026-06-03,4\n")
        #expect(try days(table) == ["2026-06-01", "4.00", "unknown", "4.00"])
    }

    @Test func noiseOfBinaryFloatsIsRounded() throws {
        #expect(try days(table("date,amount\n2026-06-01,0.30000000000000004\n")) == ["2026-06-01", "0.30"])
        #expect(try days(table("date,amount\n2026-06-01,-2.5\n")) == ["2026-06-01", "-2.50"])
    }

    @Test func oneProjectCanBeAskedFor() throws {
        let text = "date,amount,project\n2026-06-01,4,a\n2026-06-09,5,b\n"
        let one = try table(text, project: "a")
        #expect(one.projects.count == 1 && one.lastDay?.description == "2026-06-01")
        #expect(try table(text, project: "c").lastDay == nil)
        #expect(throws: ForecastFault.self) { try table("date,amount\n2026-06-01,4\n", project: "a") }
    }

    @Test(arguments: [
        ("date,amount\n2026-06-01,4\nyesterday,5\n", "line 3: date: "),
        ("date,amount\n2026-06,4\n", "line 2: date: "), ("date,amount\n0026-06-01,4\n", "line 2: date: "),
        ("date,amount\n2026-06-01,4 dollars\n", "line 2: amount is not a decimal number"),
        ("date,amount\n2026-06-01,1e99\n", "line 2: amount is larger"),
        ("date,amount\n2026-06-01\n", "line 2: 1 fields"), ("day,price\n2026-06-01,3\n", "line 1: no columns"),
    ])
    func faultsNameTheLine(_ text: String, _ beginning: String) throws {
        let fault = #expect(throws: ForecastFault.self) { try table(text) }
        #expect(fault?.description.hasPrefix(beginning) == true, "\(String(describing: fault))")
    }
}
