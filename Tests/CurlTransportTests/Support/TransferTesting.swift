import CurlTransport
import TallyTestSupport

/// Random bytes, the same in every run.
func randomBytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}

extension TransferEngine {
    /// Carries out one request to its end.
    func carryOut(_ request: TransferRequest) async -> Recorder {
        let recorder = Recorder()
        recorder.start(self, request)
        _ = await recorder.ending()
        return recorder
    }

    /// An engine as most tests want it.
    convenience init() { self.init(threads: 1, maximumIdleConnections: 8) }
}

extension TransferRequest {
    /// A GET.
    static func get(_ url: String, headers: [(name: String, value: String)] = []) -> TransferRequest {
        TransferRequest(method: "GET", url: url, headers: headers)
    }
}
