import ProgramRunner
import Testing

/// A fake provider of a test as a program of its own, ended with it.
final class RunningProvider: Sendable {
    private let program: RunningProgram
    /// Where it listens, with its scheme.
    let address: String

    /// Starts the provider and waits until it listens.
    init(_ workspace: Workspace) throws {
        let path = Workspace.tally + "-fake-provider"
        let program = try RunningProgram(Program([path, "--listen", "127.0.0.1:0"], directory: workspace.path))
        self.program = program
        let told = Waiting.until(within: RunningService.limit) {
            !program.isRunning || program.errors.hasSuffix("\n")
        }
        let line = program.errors
        let address = line.split(separator: " ").last.map { String($0.prefix { !$0.isNewline }) }
        self.address = try #require(told && program.isRunning ? address : nil, "not ready: \(line)")
    }
}
