internal import Foundation
internal import ProgramRunner

/// What the calls are sent to in the end: nginx that returns a text, and the fake provider.
struct Upstreams {
    /// The path of a chat completion below a base.
    static let path = "/chat/completions"

    private let plain: Nginx
    private let fake: RunningProgram
    private let fakeAddress: String

    private static let startLimit = Duration.seconds(30)

    /// Starts both.
    init(fakeProvider: String, folder: String) throws {
        let fake = try RunningProgram(
            Program([fakeProvider, "--listen", "127.0.0.1:0", "--ledger", "off"], directory: folder))
        let mark = "listening on "
        let ready = Waiting.until(within: Self.startLimit) { !fake.isRunning || fake.errors.contains(mark) }
        guard ready, let start = fake.errors.firstRange(of: mark)?.upperBound else {
            throw BenchFailure("tally-fake-provider is not ready: \(fake.errors)")
        }
        fakeAddress = String(fake.errors[start...].prefix { !$0.isWhitespace })
        self.fake = fake
        plain = try Nginx(named: "upstream", folder: folder) { port in
            """
            server {
                listen 127.0.0.1:\(port);
                default_type application/json;
                location / { return 200 '\(Workload.plainAnswer)'; }
            }
            """
        }
    }

    /// The base that a path of OpenAI's API is added to.
    func base(of workload: Workload) -> String {
        workload == .buffered ? "\(plain.address)/v1" : "\(fakeAddress)/openai/v1"
    }

    func stop() throws {
        fake.signal(SIGTERM)
        _ = try fake.wait(within: Self.startLimit)
        try plain.stop()
    }
}
