import FakeProvider
import FastJSON
import Foundation
import ProgramRunner
import Testing

/// The provider as a program.
struct ProgramTests {
    private static let program = "tally-fake-provider"

    /// Starts the program, runs the body with its address, stops it; what it left.
    private func run(
        _ arguments: [String] = [], _ body: (Scratch, _ address: String) throws -> Void
    ) throws -> FinishedProgram {
        let scratch = try Scratch()
        let command = [Scratch.built(Self.program), "--listen", "127.0.0.1:0"] + arguments
        let running = try RunningProgram(Program(command, directory: scratch.path))
        #expect(Waiting.until(within: .seconds(60)) { running.errors.hasSuffix("\n") || !running.isRunning })
        let line = running.errors
        let address = try #require(line.split(separator: " ").last?.trimmingCharacters(in: .newlines))
        #expect(line == "tally-fake-provider: listening on \(address)\n")
        try body(scratch, address)
        running.signal(SIGTERM)
        return try running.wait(within: .seconds(60))
    }

    @Test func servesUntilItIsToldToStop() throws {
        let finished = try run { scratch, address in
            let answer = try scratch.curl([address + "/v1/chat/completions", "-d", question])
            #expect(answer.output.hasSuffix("}"))
            let calls = try scratch.curl([address + "/_fake/calls"])
            try JSONParser().withDocument(calls.output.trimmingCharacters(in: .newlines)) { call in
                #expect(call["usage"]?["prompt"]?.int64 == 5)
            }
        }
        #expect(finished.ending == .exited(0))
    }

    @Test func aGigabyteTakesNoMemory() throws {
        let finished = try run(["--ledger", "off"]) { scratch, address in
            let port = try #require(Int(address.split(separator: ":").last ?? ""))
            // One reader takes nothing of it, while another takes all.
            let idle = try RawClient(port: port)
            idle.send("GET /any?x-fake-body-bytes=1073741824 HTTP/1.1\r\n\r\n")
            let answer = try scratch.curl([
                address + "/any?x-fake-body-bytes=1073741824", "-o", "/dev/null", "-w", "%{size_download}",
            ])
            #expect(answer.output == "1073741824", "\(answer.errors)")
        }
        #expect(finished.ending == .exited(0))
        #expect(finished.peakResidentBytes < max(96 << 20, PeakMemory.ofThisProgram + 1))
    }

    @Test func helpNamesEveryItem() throws {
        let scratch = try Scratch()
        let help = try Program([Scratch.built(Self.program), "--help"], directory: scratch.path)
            .run(within: .seconds(60))
        #expect(help.ending == .exited(0))
        for item in ScriptItem.allCases { #expect(help.output.contains("x-fake-\(item.rawValue): \(item.values)\n")) }
    }

    @Test(arguments: [
        ["--listen", "nowhere"], ["--threads", "0"], ["--tls-key", "k"], ["--empty-id-percent", "101"],
    ])
    func wrongUsage(arguments: [String]) throws {
        let scratch = try Scratch()
        let finished = try Program([Scratch.built(Self.program)] + arguments, directory: scratch.path)
            .run(within: .seconds(60))
        #expect(finished.ending == .exited(64))
        #expect(finished.errors.contains(arguments[0]))
    }
}
