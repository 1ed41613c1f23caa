import DurableQueue
import Foundation

/// A program for the tests of DurableQueue: one user of a queue in a process of its own.
///
/// - `hold DIR`: opens, writes `ready` or `error <text>`, waits for the end of its standard input, closes, writes
///   `closed`.
/// - `append DIR NAME`: appends from several threads until it is killed, and writes `<sequence> <record>` for each record
///   that is synced; records begin with NAME.
/// - `limit DIR`: appends, fails to under a limit of file size, appends again without it; writes what happened.
/// - `fill DIR`: the same on a small disk that it fills itself; only in a file system of its own.
@main
enum Fixture {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else { exit(64) }
        do {
            switch arguments[1] {
            case "hold": try await hold(arguments[2])
            case "append" where arguments.count == 4: try append(arguments[2], name: arguments[3])
            case "limit": try await FileSizeScenario(folder: arguments[2]).run()
            case "fill": try await FullDiskScenario(disk: arguments[2]).run()
            default: exit(64)
            }
        } catch {
            say("error \(error)")
            exit(1)
        }
    }

    static let limits = DurableQueue.Limits(
        maximumRecords: 1_000_000, maximumBytes: 1_000_000_000, reservedRecords: 1_000, reservedBytes: 4_194_304)

    static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    private static func hold(_ folder: String) async throws {
        let queue = try DurableQueue(folder: folder, limits: limits)
        say("ready")
        _ = try? FileHandle.standardInput.readToEnd()
        await queue.close()
        say("closed")
    }

    private static func append(_ folder: String, name: String) throws -> Never {
        let queue = try DurableQueue(folder: folder, limits: limits)
        for number in 0..<4 {
            Thread.detachNewThread {
                let isSynced = DispatchSemaphore(value: 0)
                for count in 0... {
                    let record = "\(name)-\(number)-\(count)"
                    queue.append(Array(record.utf8), using: nil) { result in
                        switch result {
                        case .success(let sequence): say("\(sequence) \(record)")
                        case .failure(let error): say("error \(error)")
                        }
                        isSynced.signal()
                    }
                    isSynced.wait()
                }
            }
        }
        while true { sleep(1_000) }
    }
}
