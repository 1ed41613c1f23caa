import Testing

@testable import EmbeddedPostgres

struct SupervisorReportTests {
    @Test(arguments: [SupervisorReport.ready, .busy, .failed("first line\nsecond"), .failed("")])
    func textComesBackAsTheSameReport(report: SupervisorReport) {
        #expect(SupervisorReport(text: report.text) == report)
    }

    @Test(arguments: ["", "read", "ready", "nonsense\n"]) func otherTextIsNoReport(text: String) {
        #expect(SupervisorReport(text: text) == nil)
    }
}
