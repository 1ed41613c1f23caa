import TallyCore
import Testing

struct ReportQueryTests {
    @Test func dimensionsAreFoundByTheirNames() {
        #expect(
            ReportDimension.named.map(\.name) == [
                "project", "biller", "provider", "model", "route", "account", "user", "key", "service_tier", "outcome",
            ])
        for dimension in ReportDimension.named { #expect(ReportDimension(name: dimension.name) == dimension) }
        #expect(ReportDimension(name: "tag:team") == .tag("team"))
        #expect(ReportDimension(name: "tag:a:b")?.name == "tag:a:b")
        for name in ["", "tag", "tag:", "Project", "cost"] { #expect(ReportDimension(name: name) == nil) }
        #expect(ReportDimension.nameList.hasSuffix("outcome or tag:KEY"))
    }
}
