import Foundation
import Testing

/// The life of a private server, seen from processes of their own.
///
/// Serialized: each test starts servers, and two processors are not enough for all at once.
@Suite(.serialized)
struct EmbeddedPostgresTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test func firstStartMakesAPrivateDurableDatabaseAndTheNextFindsItAgain() throws {
        let first = try FixtureProcess(directory: folder.path + "/new/parent/data")
        let conninfo = try first.conninfo()
        let data = folder.path + "/new/parent/data"

        #expect(try Machine.query("SELECT current_database() || current_user", conninfo) == "tallytally")
        #expect(try Machine.query("SHOW data_checksums", conninfo) == "on")
        #expect(try Machine.query("SHOW listen_addresses", conninfo) == "")
        #expect(try Machine.query("SHOW fsync", conninfo) == "on")
        #expect(try Machine.query("SHOW server_encoding", conninfo) == "UTF8")
        let sockets = try #require(conninfo.split(separator: " ").first?.dropFirst("host=".count))
        let directory = try folder.attributes(data)
        let socket = try folder.attributes(String(sockets))
        #expect(directory.mode == 0o700 && socket.mode == 0o700)
        #expect(directory.owner == socket.owner && directory.owner != 0)
        #expect(try Machine.query("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)", conninfo) == "")
        #expect(try first.release() == "stopped")
        #expect(!FileManager.default.fileExists(atPath: String(sockets)))
        #expect(Machine.servers(in: data).isEmpty)

        let second = try FixtureProcess(directory: data)
        #expect(try Machine.query("SELECT n FROM kept", try second.conninfo()) == "7")
        #expect(try second.release() == "stopped")
    }

    @Test func usersShareOneServerAndTheLastStopsIt() throws {
        let first = try FixtureProcess(directory: folder.data)
        let conninfo = try first.conninfo()
        let server = Machine.servers(in: folder.data)
        let second = try FixtureProcess(directory: folder.data)

        #expect(try second.conninfo() == conninfo)
        #expect(server.count == 1 && Machine.servers(in: folder.data) == server)
        #expect(try first.release() == "inUse")
        #expect(try Machine.query("SELECT 1", conninfo) == "1")
        #expect(try second.release() == "stopped")
        #expect(Machine.waits { Machine.isQuiet(folder.data) })
    }

    @Test func daemonTakesOverFromACommandAndRefusesASecondDaemon() throws {
        let command = try FixtureProcess(directory: folder.data)
        let conninfo = try command.conninfo()
        let daemon = try FixtureProcess(directory: folder.data, asDaemon: true)
        #expect(try daemon.conninfo() == conninfo)
        #expect(try command.release() == "inUse")

        let refusal = try FixtureProcess(directory: folder.data, asDaemon: true).refusal()
        #expect(refusal.contains("held by a running daemon (process \(daemon.pid))"))
        #expect(refusal.contains(folder.data))

        let server = Machine.servers(in: folder.data)
        let visitor = try FixtureProcess(directory: folder.data)
        #expect(try visitor.conninfo() == conninfo)
        #expect(try visitor.release() == "inUse")
        #expect(Machine.servers(in: folder.data) == server)
        #expect(try daemon.release() == "stopped")
    }

    @Test func killedDaemonIsRecovered() throws {
        let daemon = try FixtureProcess(directory: folder.data, asDaemon: true)
        _ = try daemon.conninfo()
        daemon.kill(signal: SIGKILL)
        let next = try FixtureProcess(directory: folder.data, asDaemon: true)
        _ = try next.conninfo()
        #expect(try next.release() == "stopped")
    }

    @Test func killedUserLeavesNoServer() throws {
        let user = try FixtureProcess(directory: folder.data)
        _ = try user.conninfo()
        #expect(Machine.servers(in: folder.data).count == 1)
        user.kill(signal: SIGKILL)
        #expect(Machine.waits { Machine.isQuiet(folder.data) })
        #expect(!folder.exists("data/pgdata/postmaster.pid"))
    }

    @Test func supervisorHeedsNoPoliteRequestWhileThereAreUsers() throws {
        let user = try FixtureProcess(directory: folder.data)
        let conninfo = try user.conninfo()
        let supervisor = try #require(Machine.supervisors(of: folder.data).first)
        for signal in [SIGTERM, SIGINT, SIGHUP] { kill(supervisor, signal) }
        #expect(try Machine.query("SELECT 1", conninfo) == "1")
        #expect(Machine.supervisors(of: folder.data) == [supervisor])
        #expect(try user.release() == "stopped")
    }

    @Test func killedSupervisorTakesItsServerAlongAndTheNextUserStartsAnother() throws {
        let user = try FixtureProcess(directory: folder.data)
        let conninfo = try user.conninfo()
        _ = try Machine.query("CREATE TABLE kept AS SELECT 5 AS n", conninfo)
        let server = Machine.servers(in: folder.data)
        kill(try #require(Machine.supervisors(of: folder.data).first), SIGKILL)
        #expect(Machine.waits { Machine.supervisors(of: folder.data).isEmpty })

        // At once, so that it meets the server while that is going.
        let next = try FixtureProcess(directory: folder.data)
        #expect(try Machine.query("SELECT n FROM kept", try next.conninfo()) == "5")
        let now = Machine.servers(in: folder.data)
        #expect(now.count == 1 && now != server)
        #expect(try next.release() == "inUse")
        #expect(try user.release() == "stopped")
        #expect(Machine.waits { Machine.isQuiet(folder.data) })
    }

    @Test func killedServerIsRecoveredWithWhatItHadCommitted() throws {
        let user = try FixtureProcess(directory: folder.data)
        _ = try Machine.query("CREATE TABLE kept AS SELECT 6 AS n", try user.conninfo())
        kill(try #require(Machine.servers(in: folder.data).first), SIGKILL)

        let next = try FixtureProcess(directory: folder.data)
        #expect(try Machine.query("SELECT n FROM kept", try next.conninfo()) == "6")
        #expect(Machine.servers(in: folder.data).count == 1)
        #expect(try next.release() == "inUse")
        #expect(try user.release() == "stopped")
    }

    @Test func sessionThatOutlivesItsKilledServerOnlyDelaysTheNextStart() throws {
        let user = try FixtureProcess(directory: folder.data)
        let conninfo = try user.conninfo()
        // Busy with itself, so it does not notice for a while that its server is gone, and keeps the shared memory.
        let busy = "SELECT count(*) FROM generate_series(1, 15000000) AS busy"
        let client = try Machine.startQuery(busy, conninfo)
        let isRunning = Machine.waits {
            let watch = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = '\(busy)'"
            return (try? Machine.query(watch, conninfo)) == "1"
        }
        #expect(isRunning)
        kill(try #require(Machine.servers(in: folder.data).first), SIGKILL)

        let next = try FixtureProcess(directory: folder.data)
        #expect(try Machine.query("SELECT 1", try next.conninfo()) == "1")
        #expect(try next.release() == "inUse")
        #expect(try user.release() == "stopped")
        client.waitUntilExit()
    }

    @Test func firstStartThatWasKilledLeavesOnlyRubbishForTheNextToRemove() throws {
        let user = try FixtureProcess(directory: folder.data)
        let isUnderWay = Machine.waits { !unfinished().isEmpty }
        user.kill(signal: SIGKILL)
        for supervisor in Machine.supervisors(of: folder.data) { kill(supervisor, SIGKILL) }
        #expect(isUnderWay)
        let owner = try folder.attributes(folder.data).owner
        for rubbish in ["/pgdata.new-1", "/pgdata.new-1/base"] {
            try FileManager.default.createDirectory(
                atPath: folder.data + rubbish, withIntermediateDirectories: false,
                attributes: [.ownerAccountID: owner])
        }

        let next = try FixtureProcess(directory: folder.data)
        #expect(try Machine.query("SELECT 1", try next.conninfo()) == "1")
        #expect(unfinished().isEmpty)
        #expect(try next.release() == "stopped")
    }

    /// The acceptance of the issue: twenty at once, some killed at every stage, and nothing is left.
    @Test(arguments: [UInt64(1), 2, 3]) func twentyAtOnceWithSomeKilledAllOthersAnswer(seed: UInt64) throws {
        var random = seed
        let doomed = Set((0..<7).map { _ in Int(next(&random) % 20) })
        var users: [FixtureProcess] = []
        var alive = doomed
        // Kills lie between the starts and between the answers, so they hit every stage of a user's life.
        func killOne() {
            let started = alive.filter { $0 < users.count }.sorted()
            guard !started.isEmpty, next(&random) % 2 == 0 else { return }
            let index = started[Int(next(&random) % UInt64(started.count))]
            users[index].kill(signal: SIGKILL)
            alive.remove(index)
        }
        for _ in 0..<20 {
            users.append(try FixtureProcess(directory: folder.data))
            killOne()
        }
        for (index, user) in users.enumerated() where !doomed.contains(index) {
            #expect(try Machine.query("SELECT 1", try user.conninfo()) == "1")
            killOne()
        }
        for index in alive { users[index].kill(signal: SIGKILL) }
        #expect(Machine.servers(in: folder.data).count == 1)
        for (index, user) in users.enumerated() where !doomed.contains(index) {
            let departure = try user.release()
            #expect(departure == "inUse" || departure == "stopped")
        }
        #expect(Machine.waits { Machine.isQuiet(folder.data) })
        #expect(!folder.exists("data/pgdata/postmaster.pid"))
    }

    @Test func usersThatComeWhileTheServerStopsGetAnother() throws {
        for _ in 0..<5 {
            let first = try FixtureProcess(directory: folder.data)
            _ = try first.conninfo()
            first.kill(signal: SIGKILL)
            let second = try FixtureProcess(directory: folder.data)
            #expect(try Machine.query("SELECT 1", try second.conninfo()) == "1")
            #expect(try second.release() == "stopped")
        }
    }

    // Without root every test of this suite is one of a server run by its own user; none can join another's.
    @Test(.enabled(if: geteuid() == 0, "only root becomes another user"))
    func ownUserRunsTheServerWhenNotRoot() throws {
        let program = folder.path + "/fixture"
        try FileManager.default.copyItem(atPath: FixtureProcess.program, toPath: program)
        let home = folder.path + "/home"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.ownerAccountID: 65534], ofItemAtPath: home)
        let prefix = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let user = try FixtureProcess(directory: home + "/data", program: program, prefix: prefix)
        let conninfo = try user.conninfo()
        #expect(conninfo.contains("/tmp/tally-65534-"))
        #expect(try folder.attributes(home + "/data/pgdata").owner == 65534)

        // Root joins with the user's server, and stops none of its own.
        let root = try FixtureProcess(directory: home + "/data")
        #expect(try root.conninfo() == conninfo)
        #expect(try user.release() == "inUse")
        #expect(try root.release() == "stopped")
    }

    @Test func fullLogIsMovedAsideAtStart() throws {
        let first = try FixtureProcess(directory: folder.data)
        _ = try first.conninfo()
        #expect(try first.release() == "stopped")
        let log = try #require(FileHandle(forWritingAtPath: folder.data + "/postgres.log"))
        try log.truncate(atOffset: 10 << 20)
        let second = try FixtureProcess(directory: folder.data)
        _ = try second.conninfo()
        #expect(folder.exists("data/postgres.log.1"))
        let size = try FileManager.default.attributesOfItem(atPath: folder.data + "/postgres.log")[.size] as? Int
        #expect(try #require(size) < 1 << 20)
        #expect(try second.release() == "stopped")
    }

    private func unfinished() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.data)) ?? []
        return names.filter { $0.hasPrefix("pgdata.new-") }
    }

    /// SplitMix64, so a seed replays its kills.
    private func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
