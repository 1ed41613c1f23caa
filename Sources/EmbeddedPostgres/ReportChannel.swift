import CProcess
import Foundation
import Synchronization

/// The supervisor's line to the process that started it: its original standard output, used for one report.
final class ReportChannel: Sendable {
    private let descriptor: Mutex<Int32>

    init() {
        var copy: Int32 = -1
        _ = unsafe cprocess_duplicate(STDOUT_FILENO, &copy)
        descriptor = Mutex(copy)
    }

    /// Sends the report and hangs up.
    ///
    /// Later reports, and ones to a process that has gone, get lost.
    func send(_ report: SupervisorReport) {
        // The starter waits for the end of the stream, so no other copy may stay open.
        if let null = try? NullDevice() { _ = cprocess_redirect(null.descriptor, STDOUT_FILENO) }
        descriptor.withLock { descriptor in
            guard descriptor >= 0 else { return }
            let bytes = Array(report.text.utf8.prefix(SupervisorReport.limit))
            _ = unsafe bytes.withUnsafeBytes { unsafe cprocess_write(descriptor, $0.baseAddress, Int32($0.count)) }
            close(descriptor)
            descriptor = -1
        }
    }

    /// Sends what this process writes from now on to the log.
    func redirectStandardStreams(to log: ServerLog) {
        _ = cprocess_redirect(log.descriptor, STDOUT_FILENO)
        _ = cprocess_redirect(log.descriptor, STDERR_FILENO)
    }
}
