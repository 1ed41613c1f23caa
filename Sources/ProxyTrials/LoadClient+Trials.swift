internal import ProxyLoad

extension LoadClient {
    /// Waits until so many more calls are served.
    func waitForMore(_ count: Int) async throws {
        let goal = counts.served + count
        try await wait(for: "\(count) more calls", within: TrialLimits.calls) { $0.served >= goal }
    }
}
