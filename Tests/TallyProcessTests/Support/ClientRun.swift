import Foundation
import Testing

/// What one official client saw of one scenario: a line of `Clients/clients.py`.
struct ClientRun: Decodable, CustomTestStringConvertible {
    let scenario: String
    let project: String
    /// Where it saw something else through the proxy than directly, or the provider did.
    let differences: [String]
    /// The events that the responses named.
    let event_ids: [String]
    /// The id in the body.
    let response_id: String?
    /// The tokens of the prompt and of the completion, where the client was told them.
    let tokens: [Int]?
    let chunks: Int
    /// The client's exception.
    let error: String?

    var testDescription: String { "\(scenario), for \(project)" }

    /// Runs all scenarios with the official clients, each by itself and then many clients at once.
    ///
    /// - Parameters:
    ///   - workspace: Where the clients run.
    ///   - provider: The address of the provider, for the direct calls.
    ///   - proxy: The address of the proxy.
    ///   - clients: How many there are at once.
    /// - Returns: What they saw.
    /// - Throws: When they are not installed, or do not come to their end.
    static func all(
        _ workspace: Workspace, provider: String, proxy: String, clients: Int
    ) throws -> [ClientRun] {
        try PythonClients.run("clients.py", [provider, proxy, "\(clients)"], in: workspace).map {
            try JSONDecoder().decode(ClientRun.self, from: Data($0.utf8))
        }
    }
}
