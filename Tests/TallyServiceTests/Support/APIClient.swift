import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@testable import TallyService

/// Asks a report API that answers from a database, without a socket.
struct APIClient {
    /// An answer.
    struct Answer {
        let status: Int
        let type: String
        let headers: [String: String]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        /// The members of a JSON object.
        var object: [String: any Sendable] {
            get throws {
                let any = try JSONSerialization.jsonObject(with: Data(body))
                return try #require(any as? [String: any Sendable])
            }
        }

        /// The rows of a list.
        var rows: [[String: any Sendable]] {
            get throws { try #require(try object["rows"] as? [[String: any Sendable]]) }
        }
    }

    let client: any TestClientProtocol

    func get(_ uri: String, accept: String? = nil, authorization: String? = nil) async throws -> Answer {
        try await send(.get, uri, accept: accept, authorization: authorization)
    }

    func send(
        _ method: HTTPRequest.Method, _ uri: String, accept: String? = nil, authorization: String? = nil
    ) async throws -> Answer {
        var headers = HTTPFields()
        if let authorization { headers[.authorization] = authorization }
        if let accept { headers[.accept] = accept }
        return try await execute(method, uri, headers, body: nil)
    }

    /// Sends a body.
    func post(
        _ uri: String, _ body: [UInt8], type: String? = nil, _ fields: [String: String] = [:]
    ) async throws -> Answer {
        var headers = HTTPFields()
        if let type { headers[.contentType] = type }
        for (name, value) in fields { headers[try #require(HTTPField.Name(name))] = value }
        return try await execute(.post, uri, headers, body: body)
    }

    private func execute(
        _ method: HTTPRequest.Method, _ uri: String, _ headers: HTTPFields, body: [UInt8]?
    ) async throws -> Answer {
        let body = body.map { ByteBuffer(bytes: $0) }
        return try await client.execute(uri: uri, method: method, headers: headers, body: body) { response in
            Answer(
                status: response.status.code, type: response.headers[.contentType] ?? "",
                headers: Dictionary(
                    response.headers.map { ($0.name.rawName.lowercased(), $0.value) }, uniquingKeysWith: { $1 }),
                body: Array(buffer: response.body))
        }
    }

    /// Runs a piece of a test against the API of a database, at noon of the last of March 2026.
    ///
    /// - Parameters:
    ///   - tally: The database.
    ///   - keys: The live keys; `nil` when they are not known.
    ///   - isLoopback: Whether the API is reached from this machine only.
    ///   - limits: How much may be sent in.
    ///   - body: The piece of the test.
    /// - Throws: What the piece throws.
    static func with(
        _ tally: TallyDatabase, keys: [LiveKey]? = [], isLoopback: Bool = true, limits: IngestLimits = IngestLimits(),
        _ body: @escaping @Sendable (APIClient) async throws -> Void
    ) async throws {
        let ring = KeyRing()
        if let keys { ring.replace(with: keys) }
        let now = try instant("2026-03-31T12:00:00Z")
        let api = ReportAPI(
            sources: sources(of: tally),
            settings: ReportAPI.Settings(
                host: "127.0.0.1", port: 0, maximumRows: 1000, version: "1.2.3", ingest: limits),
            access: APIAccess(keys: ring, isLoopback: isLoopback),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { now }, onListening: { _ in })
        try await Application(router: api.router()).test(.router) { client in
            try await body(APIClient(client: client))
        }
    }
}

/// Checks that an answer is a problem (RFC 9457), and returns its detail.
@discardableResult
func expectProblem(
    _ answer: APIClient.Answer, _ status: Int, parameter: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> String {
    #expect(answer.status == status, "\(answer.text)", sourceLocation: sourceLocation)
    #expect(answer.type == "application/problem+json", sourceLocation: sourceLocation)
    let object = try answer.object
    #expect(object["type"] as? String == "about:blank", sourceLocation: sourceLocation)
    #expect(object["status"] as? Int == status, sourceLocation: sourceLocation)
    #expect((object["title"] as? String)?.isEmpty == false, sourceLocation: sourceLocation)
    #expect(object["parameter"] as? String == parameter, sourceLocation: sourceLocation)
    let detail = try #require(object["detail"] as? String, sourceLocation: sourceLocation)
    #expect(!detail.isEmpty, sourceLocation: sourceLocation)
    return detail
}

extension APIClient {
    fileprivate static func sources(of tally: TallyDatabase) -> ReportAPI.Sources {
        var sources = ReportAPI.Sources(
            reports: tally, events: tally, prices: tally, readiness: tally,
            intake: EventIntake(sink: tally, prices: PriceBoard(prices: tally, shelf: PriceShelf())))
        let board = SourceBoard()
        sources.pulled = ReportAPI.PulledSources(ledger: tally, board: board)
        sources.metrics = ServiceMetrics(
            version: "1.2.3", readiness: tally, ledger: tally, board: board,
            spool: { ServiceMetrics.Spool(records: 3, bytes: 400) }, proxy: ProxyCounters(upstreams: ["openai"]),
            loads: LoadCounters(), now: { .earliestEvent })
        return sources
    }
}
