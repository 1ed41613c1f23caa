internal import Foundation
internal import ProgramRunner

/// Processes and all that descend from them, as Linux tells of them.
struct ProcessGroup {
    private let roots: [Int32]
    private let withDescendants: Bool

    /// Share of one core below which nothing is under way any more.
    private static let quietShare = 0.03
    private static let quietInterval = Duration.milliseconds(400)
    private static let quietLimit = Duration.seconds(120)
    private static let ticksPerSecond = 100.0

    /// The processes with these ids, and unless told otherwise their descendants.
    init(_ roots: [Int32], withDescendants: Bool = true) {
        self.roots = roots
        self.withDescendants = withDescendants
    }

    /// The memory they hold now; what processes share counts once for each.
    var residentBytes: Int { members.reduce(0) { $0 + Self.kilobytes("VmRSS", of: $1) } * 1024 }

    /// Seconds of processor time they have had.
    var cpuSeconds: Double { members.reduce(0) { $0 + (Self.status(of: $1)?.cpuSeconds ?? 0) } }

    private var members: [Int32] { withDescendants ? Self.family(of: roots) : roots }

    /// Waits until they do next to nothing.
    ///
    /// - Returns: How long that took.
    @discardableResult
    func waitForQuiet() -> Duration {
        let clock = ContinuousClock()
        let start = clock.now
        while clock.now - start < Self.quietLimit {
            let (before, began) = (cpuSeconds, clock.now)
            _ = Waiting.until(within: Self.quietInterval) { false }
            if cpuSeconds - before <= Self.quietShare * (clock.now - began).inSeconds { return began - start }
        }
        return Self.quietLimit
    }

    private struct Status {
        let parent: Int32
        let cpuSeconds: Double
    }

    private static func family(of roots: [Int32]) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var children: [Int32: [Int32]] = [:]
        for pid in names.compactMap({ Int32($0) }) {
            if let parent = status(of: pid)?.parent { children[parent, default: []].append(pid) }
        }
        var found: [Int32] = []
        var open = roots
        while let pid = open.popLast() {
            if found.contains(pid) { continue }
            found.append(pid)
            open += children[pid] ?? []
        }
        return found
    }

    /// Of `/proc/PID/stat` what follows the name, which may hold blanks: state, parent, …, utime and stime.
    private static func status(of pid: Int32) -> Status? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let parent = Int32(fields[1]), let user = Double(fields[11]),
            let system = Double(fields[12])
        else { return nil }
        return Status(parent: parent, cpuSeconds: (user + system) / ticksPerSecond)
    }

    private static func kilobytes(_ name: String, of pid: Int32) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line.flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }.flatMap { Int($0) } ?? 0
    }
}
