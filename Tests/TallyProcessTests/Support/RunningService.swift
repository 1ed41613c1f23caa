import Foundation
import ProgramRunner
import Synchronization
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A `tally up` or `tally serve` of a test, ended with it.
final class RunningService: Sendable {
    /// The longest a start, a stop or a reload may take; far more than it should.
    static let limit = Duration.seconds(120)
    /// The longest an answer may take; far more than it should.
    private static let answerSeconds = 60.0

    let program: RunningProgram
    /// Where the API listens, with its scheme.
    let address: String
    /// Where the proxy listens, with its scheme.
    let proxy: String

    /// Starts the service and waits for its ready line.
    init(
        _ workspace: Workspace, _ arguments: [String] = [], command: String = "up",
        environment: [String: String] = [:]
    ) throws {
        let line = [command, "--api-listen", "127.0.0.1:0", "--proxy-listen", "127.0.0.1:0"] + arguments
        let environment = ["TALLY_LOG_LEVEL": "info"].merging(environment) { $1 }
        let program = try RunningProgram(workspace.program(line, environment: environment))
        self.program = program
        let told = Waiting.until(within: Self.limit) { !program.isRunning || Self.addresses(in: program.errors) != nil }
        let addresses = Self.addresses(in: program.errors)
        (proxy, address) = try #require(told ? addresses : nil, "not ready: \(program.errors)")
    }

    /// The addresses in the ready line, once it is there whole.
    private static func addresses(in errors: String) -> (proxy: String, api: String)? {
        let lines = errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard let line = lines.first(where: { $0.hasPrefix("tally: ready, proxy ") }) else { return nil }
        let words = line.split(separator: " ").map { String($0.prefix { $0 != "," }) }
        return words.count == 6 ? (words[3], words[5]) : nil
    }

    /// Ends the service politely; how it ended.
    func stop() throws -> ProgramEnding {
        program.signal(SIGTERM)
        return try program.wait(within: Self.limit).ending
    }

    /// Asks the API; status, type and body of the answer.
    ///
    /// The thread waits: tests that wait for programs leave few threads to those that would go on after an `await`.
    func get(
        _ path: String, accept: String = "*/*", authorization: String? = nil
    ) throws -> (status: Int, type: String, body: String) {
        let url = try #require(URL(string: address + path))
        var request = URLRequest(url: url)
        request.setValue(accept, forHTTPHeaderField: "Accept")
        if let authorization { request.setValue(authorization, forHTTPHeaderField: "Authorization") }
        let received = Mutex<Result<(status: Int, type: String, body: String), any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let task = URLSession.shared.dataTask(with: request) { data, response, error in
            if let answer = response as? HTTPURLResponse {
                let type = answer.value(forHTTPHeaderField: "Content-Type") ?? ""
                let body = String(decoding: data ?? Data(), as: UTF8.self)
                received.withLock { $0 = .success((answer.statusCode, type, body)) }
            } else {
                received.withLock { $0 = .failure(error ?? URLError(.badServerResponse)) }
            }
            done.signal()
        }
        task.resume()
        _ = done.wait(timeout: .now() + Self.answerSeconds)
        return try #require(received.withLock { $0 }, "\(path) is not answered").get()
    }

    /// A usage report of the API.
    func usage(_ query: String) throws -> UsageAnswer {
        let answer = try get("/api/v1/usage?" + query)
        try #require(answer.status == 200, "\(answer.body)")
        return try UsageAnswer(answer.body)
    }
}
