/// A program to be run, with everything it is given.
package struct Program: Sendable {
    /// Its path, without which nothing is looked up, and its arguments.
    package var command: [String]
    /// All of its environment.
    package var environment: [String: String]
    /// Its working directory.
    package var directory: String
    /// The file it reads as standard input; `nil` for none.
    package var input: String?
    /// The user it becomes when the caller is root; `nil` stays root.
    package var user: String?

    /// A program with an empty environment but for `PATH`.
    ///
    /// - Parameters:
    ///   - command: Its path and its arguments.
    ///   - directory: Its working directory.
    package init(_ command: [String], directory: String) {
        self.command = command
        self.directory = directory
        environment = ["PATH": "/usr/bin:/bin"]
    }

    /// Starts the program and waits for its end.
    ///
    /// - Parameter limit: The longest it may take; then it is killed.
    /// - Returns: How it ended and what it wrote.
    /// - Throws: ``ProgramError`` when it cannot be started or takes too long.
    package func run(within limit: Duration) throws -> FinishedProgram {
        try RunningProgram(self).wait(within: limit)
    }
}
