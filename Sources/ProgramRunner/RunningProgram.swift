internal import CProcess
internal import Foundation
internal import Synchronization

/// A program that runs as a child of this process.
///
/// What it writes goes to files, so that neither it nor anything it leaves behind can keep a reader waiting.
package final class RunningProgram: Sendable {
    private struct End {
        let ending: ProgramEnding
        let peakResidentBytes: Int
    }

    /// Its process id.
    package let pid: Int32
    private let name: String
    private let outputPath: String
    private let errorsPath: String
    private let end = Mutex<End?>(nil)

    /// Starts a program.
    package init(_ program: Program) throws {
        if program.command.isEmpty { throw ProgramError(description: "no program is named") }
        name = program.command.joined(separator: " ")
        let scratch = NSTemporaryDirectory() + "program-\(UUID().uuidString)"
        (outputPath, errorsPath) = (scratch + ".out", scratch + ".err")
        let input = try Self.open(program.input ?? "/dev/null", O_RDONLY)
        defer { close(input) }
        let output = try Self.open(outputPath, O_WRONLY | O_CREAT | O_EXCL)
        defer { close(output) }
        let errors = try Self.open(errorsPath, O_WRONLY | O_CREAT | O_EXCL)
        defer { close(errors) }
        // The shell is gone once it has gone to the folder: the process stays the same.
        let shell = ["/bin/sh", "-c", "cd -- \"$0\" && exec \"$@\"", program.directory]
        let command = shell + program.command
        pid = try Self.spawn(command, program, [input, output, errors])
    }

    deinit {
        signal(SIGKILL)
        _ = look(flags: 0)
        unsafe unlink(outputPath)
        unsafe unlink(errorsPath)
    }

    /// Whether it has not ended yet.
    package var isRunning: Bool { look(flags: WNOHANG) == nil }

    /// What it has written to standard output so far.
    package var output: String { Self.text(of: outputPath) }

    /// What it has written to standard error so far.
    package var errors: String { Self.text(of: errorsPath) }

    /// Sends it a signal, unless it has ended.
    package func signal(_ number: Int32) {
        end.withLock { if $0 == nil { _ = cprocess_signal(pid, number) } }
    }

    /// Waits for its end; past the limit it is killed and the wait has failed.
    package func wait(within limit: Duration) throws -> FinishedProgram {
        if !Waiting.until(within: limit, { !isRunning }) {
            signal(SIGKILL)
            throw ProgramError(description: "\(name) has not ended within \(limit); it wrote: \(errors)\(output)")
        }
        guard let end = look(flags: 0) else { throw ProgramError(description: "\(name) was waited for by another") }
        return FinishedProgram(
            ending: end.ending, output: output, errors: errors, peakResidentBytes: end.peakResidentBytes)
    }

    private func look(flags: Int32) -> End? {
        end.withLock { end in
            if end != nil { return end }
            var status: Int32 = 0
            var usage = rusage()
            var reaped = unsafe wait4(pid, &status, flags, &usage)
            while reaped < 0, errno == EINTR { reaped = unsafe wait4(pid, &status, flags, &usage) }
            if reaped == pid {
                end = End(ending: ProgramEnding(status: status), peakResidentBytes: Self.peakBytes(usage))
            }
            return end
        }
    }

    /// Linux counts kilobytes, macOS bytes.
    private static func peakBytes(_ usage: rusage) -> Int {
        #if canImport(Darwin)
            usage.ru_maxrss
        #else
            usage.ru_maxrss * 1024
        #endif
    }

    private static func text(of path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    private static func open(_ path: String, _ flags: Int32) throws -> Int32 {
        let descriptor = unsafe Foundation.open(path, flags | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw ProgramError(description: "\(path): cannot be opened, errno \(errno)") }
        return descriptor
    }

    private static func spawn(_ command: [String], _ program: Program, _ descriptors: [Int32]) throws -> Int32 {
        var identity = cprocess_identity()
        if let user = program.user {
            let error = unsafe cprocess_lookup_user(user, 0, &identity)
            if error != 0 { throw ProgramError(description: "there is no user \(user): errno \(error)") }
        }
        var pid: Int32 = 0
        var stage = CPROCESS_STAGE_NONE
        let variables = program.environment.map { "\($0.key)=\($0.value)" }.sorted()
        let error = unsafe withCStrings(command) { arguments in
            unsafe withCStrings(variables) { variables in
                unsafe withUnsafePointer(to: identity) { identity in
                    var request = unsafe cprocess_request()
                    unsafe request.path = UnsafePointer(arguments[0])
                    unsafe request.argv = UnsafePointer(arguments)
                    unsafe request.envp = UnsafePointer(variables)
                    unsafe request.stdio = (descriptors[0], descriptors[1], descriptors[2])
                    unsafe request.identity = program.user == nil ? nil : identity
                    return unsafe cprocess_spawn(&request, &pid, &stage)
                }
            }
        }
        if error != 0 { throw ProgramError(description: "\(command): cannot be started, errno \(error)") }
        return pid
    }

    /// Lends texts as the array that exec takes, which ends with a null; the copies end with the call.
    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() { unsafe (pointers + index).initialize(to: strdup(text)) }
        unsafe (pointers + texts.count).initialize(to: nil)
        defer {
            for index in texts.indices { unsafe free(pointers[index]) }
            unsafe pointers.deallocate()
        }
        return unsafe body(pointers)
    }
}
