import Foundation
import ProgramRunner
import Testing

/// The daemon takes up price files as they change, and refuses broken ones whole.
struct PriceReloadTests {
    private static func prices(_ amount: String) -> String {
        """
        currency: USD
        prices:
          - biller: acme
            model: anvil
            prices: { input: \(amount) }
            source: test

        """
    }

    /// Waits until the service's log mentions a text so many times.
    private func waits(_ service: RunningService, for text: String, count: Int = 1) -> Bool {
        Waiting.until(within: RunningService.limit) { service.program.errors.split(separator: text).count > count }
    }

    private func amounts(_ service: RunningService) throws -> [String] {
        let body = try service.get("/api/v1/prices?biller=acme").body
        return body.matches(of: /"unit_price":"([0-9.]+)"/).map { String($0.output.1) }
    }

    @Test func priceFilesReloadOnChangeAndOnHangUpAndBrokenOnesDoNot() throws {
        let workspace = try Workspace()
        try workspace.write("prices.yaml", Self.prices("1.25"))
        let config = try workspace.write("tally.yaml", "prices: [prices.yaml]\n")
        let service = try RunningService(workspace, ["--config", config])
        #expect(try amounts(service) == ["1.25"])

        try workspace.write("prices.yaml", Self.prices("2.50"))
        #expect(waits(service, for: "reason=a file changed"), "\(service.program.errors)")
        #expect(try amounts(service) == ["2.50"])

        try workspace.write("prices.yaml", Self.prices("many"))
        #expect(waits(service, for: "prices not reloaded; those in force stay"), "\(service.program.errors)")
        #expect(try amounts(service) == ["2.50"])
        #expect(try service.get("/readyz").status == 200)

        try workspace.write("prices.yaml", Self.prices("3.75"))
        service.program.signal(SIGHUP)
        #expect(waits(service, for: "reason=SIGHUP"), "\(service.program.errors)")
        #expect(try amounts(service) == ["3.75"])
        #expect(try service.stop() == .exited(0))
    }
}
