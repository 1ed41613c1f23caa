internal import Foundation

/// The most memory that a program has had.
package enum PeakMemory {
    /// That of this program so far, in bytes; 0 where the system does not tell.
    ///
    /// Linux counts it as the peak of every program that this one starts, too: what a started one is measured by must
    /// allow for it.
    package static var ofThisProgram: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line.flatMap { Int($0.filter(\.isNumber)) } ?? 0) << 10
    }
}
