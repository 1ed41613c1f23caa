import Foundation
import ProgramRunner
import Testing

/// One of the two real request logs, and the command line that imports it.
enum AzureLog: String {
    case code
    case conv

    /// The range both lie in.
    static let day = ["--from", "2023-11-16", "--to", "2023-11-17"]

    /// How many requests it holds.
    var requests: Int { self == .code ? 8819 : 19366 }

    /// The compressed file.
    var file: String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return folder.appending(path: "Fixtures/\(rawValue).csv.gz").path
    }

    /// What the log itself does not say.
    static let columns = "time=TIMESTAMP,input=ContextTokens,output=GeneratedTokens"

    /// The arguments that import a copy of the log, or the log itself.
    func importArguments(_ path: String? = nil, project: String? = nil) -> [String] {
        [
            "import", path ?? file, "--biller", "together", "--provider", "together", "--model",
            "meta-llama/Llama-3-70b-chat-hf", "--project", project ?? rawValue, "--map", Self.columns, "--format",
            "json",
        ]
    }

    /// Imports the log, or a copy of it.
    func importInto(_ workspace: Workspace, _ path: String? = nil, project: String? = nil) throws -> ImportAnswer {
        let finished = try workspace.run(importArguments(path, project: project))
        try #require(finished.ending == .exited(0), "\(finished.errors)")
        return try ImportAnswer(finished.output)
    }

    /// The log as text.
    func text() throws -> String {
        try Program(["/bin/sh", "-c", "exec gzip -dc \"$0\"", file], directory: "/").run(within: .seconds(30)).output
    }
}
