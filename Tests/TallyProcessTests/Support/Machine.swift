import Foundation
import ProgramRunner

/// What tests see of the machine's processes.
enum Machine {
    /// The user tests become to be refused something, when they run as root.
    static let ordinaryUser = "nobody"

    /// Command lines of the living processes that mention a text.
    static func processes(mentioning text: String) throws -> [String] {
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else {
            let listing = try Program(["/bin/ps", "-A", "-ww", "-o", "args="], directory: "/").run(within: .seconds(30))
            return listing.output.split(separator: "\n").map(String.init).filter { $0.contains(text) }
        }
        return entries.compactMap { Int($0) }.compactMap { pid in
            let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            let line = String(decoding: words, as: UTF8.self).replacing("\0", with: " ")
            return line.contains(text) ? line : nil
        }
    }

    /// Waits until no process mentions a text; those that still do.
    static func leftovers(mentioning text: String) throws -> [String] {
        var left: [String] = []
        _ = try Waiting.until(within: .seconds(60)) {
            left = try processes(mentioning: text)
            return left.isEmpty
        }
        return left
    }
}
