internal import CurlTransport
internal import DurableQueue
internal import FastJSON
internal import Foundation

/// Brings events from the spool to Tally: at least once, and there each becomes one event by its id.
struct EventCourier: Sendable {
    let queue: DurableQueue
    let engine: TransferEngine
    let settings: ClientSettings

    /// The most records, and bytes of them, that are sent in one request.
    private static let maximumRecords = 500
    private static let maximumBytes = 4 << 20
    /// The most bytes of an answer that are read.
    private static let maximumAnswerBytes = 16 << 20

    /// The file of events that Tally cannot take, which are kept there.
    private var rejectPath: String { settings.folder + "/rejected.jsonl" }

    /// Sends everything that waits.
    ///
    /// - Throws: ``TallyClientError`` when Tally does not take it; it waits on.
    func deliver() async throws(TallyClientError) {
        while true {
            let records: [DurableRecord]
            do {
                records = try await queue.read(
                    after: 0, maximumRecords: Self.maximumRecords, maximumBytes: Self.maximumBytes)
            } catch {
                throw TallyClientError(.delivery, at: settings.folder, "\(error)")
            }
            guard let last = records.last else { return }
            try await send(records.flatMap { $0.bytes.split(separator: UInt8(ascii: "\n")) })
            do {
                try await queue.remove(through: last.sequence)
            } catch {
                throw TallyClientError(.delivery, at: settings.folder, "\(error)")
            }
        }
    }

    private func send(_ lines: [ArraySlice<UInt8>]) async throws(TallyClientError) {
        let (status, body) = try await post(Array(lines.joined(separator: [UInt8(ascii: "\n")])))
        switch status {
        // What of the records cannot be taken, however often it is sent, stands in both answers.
        case 200, 400: try keep(lines, rejectedBy: body, all: status == 400)
        case 413 where lines.count > 1:
            try await send(Array(lines[..<(lines.count / 2)]))
            try await send(Array(lines[(lines.count / 2)...]))
        case 401, 403:
            throw failure("the token is not taken (status \(status)); give one of `tally keys create --scope ingest`")
        case 429, 503: throw failure("Tally cannot take events now (status \(status)); they are sent again")
        default: throw failure("Tally answers with status \(status); see that the address is that of its API")
        }
    }

    /// Keeps the records that an answer names as rejected in a file of their own.
    private func keep(
        _ lines: [ArraySlice<UInt8>], rejectedBy body: [UInt8], all: Bool
    ) throws(TallyClientError) {
        let rejected: [Int]
        do {
            rejected = try JSONParser().withDocument(body) { root in
                (root["rejections"]?.elements).map { $0.compactMap { $0["index"]?.int64.map(Int.init) } } ?? []
            }
        } catch {
            throw failure("Tally's answer cannot be read (\(error)); see that the address is that of its API")
        }
        if all, rejected.count != lines.count {
            throw failure("Tally cannot read the events; see that it is up to date")
        }
        if rejected.isEmpty { return }
        let kept = rejected.filter(lines.indices.contains).flatMap { lines[$0] + [UInt8(ascii: "\n")] }
        do {
            if !FileManager.default.fileExists(atPath: rejectPath) {
                try Data().write(to: URL(filePath: rejectPath))
            }
            let file = try FileHandle(forWritingTo: URL(filePath: rejectPath))
            defer { try? file.close() }
            _ = try file.seekToEnd()
            try file.write(contentsOf: Data(kept))
            try file.synchronize()
        } catch {
            throw TallyClientError(.delivery, at: rejectPath, "it cannot be written; let this user write there")
        }
    }

    private func post(_ body: [UInt8]) async throws(TallyClientError) -> (status: Int, body: [UInt8]) {
        var headers = [("Content-Type", "application/x-ndjson"), ("Accept-Encoding", "identity")]
        if let token = settings.token { headers.append(("Authorization", "Bearer " + token)) }
        let mailbox = ResponseMailbox()
        mailbox.start(
            TransferRequest(
                method: "POST", url: settings.tally + "/api/v1/events", headers: headers, body: .bytes(body),
                limits: TransferLimits(firstByte: .seconds(120), idle: .seconds(60), total: .seconds(300))),
            on: engine)
        var status = 0
        var answer: [UInt8] = []
        while true {
            switch await mailbox.next() {
            case .head(let head): status = head.status
            case .bytes(let bytes):
                answer += bytes
                if answer.count > Self.maximumAnswerBytes { mailbox.cancel() }
            case .end(.complete): return (status, answer)
            case .end(.failed(.cancelled)) where Task.isCancelled:
                throw TallyClientError(.cancelled, at: settings.tally, "cancelled; what waits is sent later")
            case .end(.failed(let reason)): throw failure("\(reason)")
            }
        }
    }

    private func failure(_ reason: String) -> TallyClientError {
        TallyClientError(.delivery, at: settings.tally, reason)
    }
}
