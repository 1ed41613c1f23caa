import Foundation
import ProgramRunner
import Testing

/// What cannot be read is named with its reason, and the good lines around it are stored.
struct BadInputTests {
    private static let good = line("2026-06-01T12:00:00Z", input: "1000000")

    private static func line(
        _ time: String, input: String, model: String = "meta-llama/Llama-3-70b-chat-hf"
    ) -> String {
        "{\"time\":\"\(time)\",\"provider\":\"together\",\"model\":\"\(model)\",\"usage\":{\"input\":\(input)}}\n"
    }

    private struct Reject: Decodable {
        let line: Int
        let reason: String
    }

    @Test func goodLinesAroundBadOnesAreStored() throws {
        let workspace = try Workspace()
        let config = try workspace.write("small.yaml", "import: { max_line_bytes: 4096 }\n")
        var bytes = Array(Self.good.utf8)
        bytes += Self.line("2026-06-02T12:00:00Z", input: "-1").utf8
        bytes += Self.line("2026-06-02T12:00:00Z", input: "100000000000000000000").utf8
        bytes += Self.line("0000-06-02T12:00:00Z", input: "1").utf8
        bytes += "{\"time\":\"2026-06-02T12:00:00Z\",\"project\":\"".utf8
        bytes += [0xff, 0xfe]
        bytes += "\",\"usage\":null}\n".utf8
        bytes += Array(repeating: UInt8(ascii: "x"), count: 5000) + [10]
        bytes += Self.line("2026-06-02T12:00:00Z", input: "1", model: "nobody/knows").utf8
        bytes += Self.good.utf8
        bytes += "{\"time\":\"2026-06-02T12:00".utf8
        let path = try workspace.write("bad.jsonl", bytes: bytes)
        let rejects = workspace.path + "/rejects.jsonl"
        let arguments = ["import", path, "--config", config, "--reject-file", rejects, "--format", "json"]

        let finished = try workspace.run(arguments)
        #expect(finished.ending == .exited(1))
        let counts = try ImportAnswer(finished.output)
        #expect(counts.read == 9)
        #expect(counts.stored == 3)
        #expect(counts.unpriced == 1)
        #expect(counts.rejected == 6)
        #expect(finished.errors.contains("\(path):2: usage.input is '-1'; a count is never negative"))
        #expect(finished.errors.contains(rejects))

        let noted = try String(contentsOfFile: rejects, encoding: .utf8).split(separator: "\n").map { line in
            try JSONDecoder().decode(Reject.self, from: Data(line.utf8))
        }
        let reasons = [
            (2, "usage.input is '-1'; a count is never negative"),
            (3, "usage.input is '100000000000000000000'; one call has at most 1000000000000"),
            (4, "time is '0000-06-02T12:00:00Z', which is not between 2000 and 2099"),
            (5, "not UTF-8"),
            (6, "the line is 5000 bytes long; at most 4096 are read (import.max_line_bytes)"),
            (9, "the last line is cut off"),
        ]
        #expect(noted.map(\.line) == reasons.map(\.0))
        for (reject, expected) in zip(noted, reasons) { #expect(reject.reason.hasPrefix(expected.1)) }

        let report = try workspace.report("--from", "2026-06", "--group-by", "model")
        #expect(report.totals.requests == 3)
        #expect(report.totals.unpriced_requests == 1)
        #expect(report.totals.cost == "1.80")
        #expect(report.rows.filter { $0.cost == nil }.map(\.requests) == [1])

        let allowed = try workspace.run(arguments + ["--allow-rejects"])
        #expect(allowed.ending == .exited(0))
        #expect(try ImportAnswer(allowed.output).duplicate == 3)
    }

    @Test func lineOfAHundredMegabytesIsPassedOver() throws {
        let workspace = try Workspace(isFresh: true)
        let path = try workspace.write("long.jsonl", Self.good)
        let file = try #require(FileHandle(forWritingAtPath: path))
        // A hole reads as zeros, and is made at once.
        try file.truncate(atOffset: 100 << 20)
        try file.seekToEnd()
        try file.write(contentsOf: Data("\n\(Self.good)".utf8))
        try file.close()
        let finished = try workspace.run(["import", path, "--dry-run", "--format", "json"])
        #expect(finished.ending == .exited(1))
        let counts = try ImportAnswer(finished.output)
        #expect(counts.rejected == 1)
        #expect(counts.read == 3)
        #expect(finished.errors.contains("long.jsonl:2: the line is"))
        #expect(finished.peakResidentBytes < max(200_000_000, PeakMemory.ofThisProgram + 1))
    }

    @Test func emptyFileIsSaidToHoldNothing() throws {
        let workspace = try Workspace(isFresh: true)
        let path = try workspace.write("empty.jsonl", "")
        let finished = try workspace.run(["import", path, "--dry-run", "--format", "json"])
        #expect(finished.ending == .exited(0))
        #expect(try ImportAnswer(finished.output).read == 0)
        #expect(finished.errors == "tally: nothing to import: \(path) holds no records\n")
    }

    @Test func missingFileIsNamedInOneLine() throws {
        let workspace = try Workspace(isFresh: true)
        let finished = try workspace.run(["import", workspace.path + "/missing.jsonl", "--dry-run"])
        #expect(finished.ending == .exited(1))
        #expect(finished.errors == "tally: \(workspace.path)/missing.jsonl: no such file; check the path\n")
    }

    @Test func folderIsReadFileByFile() throws {
        let workspace = try Workspace(isFresh: true)
        try FileManager.default.createDirectory(atPath: workspace.path + "/logs", withIntermediateDirectories: false)
        try workspace.write("logs/a.jsonl", Self.good)
        try workspace.write("logs/b.jsonl", Self.line("2026-06-02T12:00:00Z", input: "5"))
        let counts = try ImportAnswer(
            workspace.tally("import", workspace.path + "/logs", "--dry-run", "--format", "json"))
        #expect(counts.read == 2)
    }

    @Test func fileWithoutPermissionIsNamedAndTheOthersAreRead() throws {
        let workspace = try Workspace(isFresh: true)
        let closed = try workspace.write("closed.jsonl", Self.good)
        let open = try workspace.write("open.jsonl", Self.good)
        try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: closed)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: open)
        var program = workspace.program(["import", closed, open, "--dry-run", "--format", "json"])
        if getuid() == 0 { program.user = Machine.ordinaryUser }
        // An ordinary user may not be able to enter the folder the tests were built in.
        let copy = workspace.path + "/tally"
        try FileManager.default.copyItem(atPath: Workspace.tally, toPath: copy)
        program.command[0] = copy
        let finished = try program.run(within: Workspace.commandLimit)
        #expect(finished.ending == .exited(1))
        #expect(finished.errors.contains("\(closed): permission denied; grant this user access"))
        #expect(try ImportAnswer(finished.output).read == 1)
    }
}
