import Foundation
import TallyClient

/// Asks a model a question and prints the answer as it comes; Tally accounts for it.
///
///     tally-client-example TALLY FOLDER URL BILLER MODEL [--whole] [--keep]
///
/// TALLY is the address of Tally's API, FOLDER where events wait for it, URL that of an OpenAI-compatible
/// `/chat/completions`. The credential is `MODEL_API_KEY`, the token of Tally `TALLY_TOKEN`. With `--keep` the event is
/// left in the folder for the next run.
@main
struct TallyClientExample {
    static func main() async {
        let words = CommandLine.arguments.dropFirst()
        let options = Set(words.filter { $0.hasPrefix("--") })
        let places = words.filter { !$0.hasPrefix("--") }
        guard places.count == 5 else {
            report("usage: tally-client-example TALLY FOLDER URL BILLER MODEL [--whole] [--keep]")
            exit(64)
        }
        do {
            try await ask(places, options)
        } catch {
            report("\(error)")
            exit(1)
        }
    }

    private static func ask(_ places: [String], _ options: Set<String>) async throws {
        let environment = ProcessInfo.processInfo.environment
        let client = try TallyClient(
            ClientSettings(tally: places[0], folder: places[1], token: environment["TALLY_TOKEN"]))
        let isWhole = options.contains("--whole")
        let question: [String: Any] = [
            "model": places[4], "stream": !isWhole,
            "messages": [["role": "user", "content": "Where does the river go in winter?"]],
        ]
        var call = ModelCall(
            url: places[2], json: String(decoding: try JSONSerialization.data(withJSONObject: question), as: UTF8.self),
            biller: places[3], credential: environment["MODEL_API_KEY"])
        call.project = "example"
        if isWhole {
            let response = try await client.call(call)
            tell("\(response.status) \(response.eventID)")
        } else {
            let response = try await client.stream(call)
            for try await data in response { tell(data) }
            tell("\(response.status) \(response.eventID)")
        }
        if !options.contains("--keep") { try await client.deliver() }
        report("\(client.waitingCount) waiting")
        await client.close()
    }

    private static func tell(_ line: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
    }

    private static func report(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data("tally-client-example: \(line)\n".utf8))
    }
}
