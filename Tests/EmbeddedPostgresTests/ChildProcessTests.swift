import Foundation
import Testing

@testable import EmbeddedPostgres

struct ChildProcessTests {
    private func run(
        _ arguments: [String], environment: [String: String] = [:], identity: ServerIdentity? = nil
    ) throws -> (text: String?, code: Int32?) {
        let pipe = try ChildPipe()
        let null = try NullDevice()
        let child = try ChildProcess(
            ChildProcess.Request(
                arguments: arguments, environment: environment, input: null.descriptor, output: pipe.writeEnd,
                errors: null.descriptor, identity: identity))
        pipe.closeWriteEnd()
        let deadline = Deadline(after: .seconds(20))
        return (pipe.readAll(before: deadline, atMost: 4096), child.waitForEnd(before: deadline))
    }

    @Test func exitCodeOutputAndEnvironmentAreTheChilds() throws {
        let result = try run(["/bin/sh", "-c", "echo $A; pwd; exit 7"], environment: ["A": "b c"])
        #expect(result.text == "b c\n/\n")
        #expect(result.code == 7)
    }

    @Test func deathBySignalIsToldApart() throws {
        #expect(try run(["/bin/sh", "-c", "kill -9 $$"]).code == 128 + 9)
    }

    @Test func descriptorsOfTheParentAreClosed() throws {
        let leak = unsafe open("/dev/null", O_RDONLY)  // Without close-on-exec.
        defer { close(leak) }
        let listing = try run(["/bin/ls", "/proc/self/fd"]).text
        // 3 is the listing's own.
        #expect(listing == "0\n1\n2\n3\n")
    }

    @Test func missingProgramIsTold() throws {
        let error = #expect(throws: EmbeddedPostgresError.self) { try run(["/nowhere/program"]) }
        #expect(error == .spawnFailed(program: "/nowhere/program", step: "exec", reason: "No such file or directory"))
    }

    @Test(.enabled(if: geteuid() == 0, "only root drops privileges"))
    func privilegesAreDroppedForGood() throws {
        let nobody = ServerIdentity(uid: 65534)
        let result = try run(["/usr/bin/id"], identity: nobody)
        #expect(result.text?.hasPrefix("uid=65534(\(nobody.name))") == true)
        #expect(result.text?.contains("(root)") == false)
    }

    @Test func outputPastTheLimitIsDropped() throws {
        let pipe = try ChildPipe()
        pipe.send(String(repeating: "x", count: 5000))
        #expect(pipe.readAll(before: Deadline(after: .seconds(5)), atMost: 100)?.count == 100)
    }

    @Test func silentStreamRunsIntoTheDeadline() throws {
        let pipe = try ChildPipe()
        #expect(pipe.readAll(before: Deadline(after: .milliseconds(30)), atMost: 100) == nil)
    }
}
