internal import TallyService

/// A line on the terminal that shows how far an import is; nothing elsewhere.
struct ProgressBar: Sendable {
    private let started = ContinuousClock.now
    private let isShown = StandardError.isTerminal

    private static let width = 30

    /// Draws over the last state.
    func show(_ progress: ImportProgress) {
        guard isShown else { return }
        let seconds = max((ContinuousClock.now - started).seconds, 0.001)
        let rate = Int(Double(progress.read) / seconds)
        var line = "\(Self.bytes(progress.bytesRead))"
        if let total = progress.bytesTotal, total > 0 {
            let share = min(Double(progress.bytesRead) / Double(total), 1)
            let filled = Int(share * Double(Self.width))
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
            let left = share > 0 ? Int(seconds / share - seconds) : 0
            line = "[\(bar)] \(Int(share * 100)) %  \(line) of \(Self.bytes(total))  \(rate) events/s  \(left) s left"
        } else {
            line += "  \(rate) events/s"
        }
        StandardError.write("\r\u{1B}[K\(line)")
    }

    /// Takes the line away.
    func clear() {
        if isShown { StandardError.write("\r\u{1B}[K") }
    }

    private static func bytes(_ count: Int) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var value = count
        var unit = 0
        while value >= 10_000, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return "\(value) \(units[unit])"
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
