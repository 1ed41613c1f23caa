import CProcess
import Foundation
import Synchronization

/// A child of this process, or the request for one.
final class ChildProcess: Sendable {
    /// What to start and how.
    struct Request {
        var arguments: [String]
        var environment: [String: String]
        var input: Int32
        var output: Int32
        var errors: Int32
        /// Whom the child becomes when this process is root; nil keeps root.
        var identity: ServerIdentity?
        /// Leads a session of its own.
        var newSession = false
        /// Belongs to init at once.
        var detached = false
        /// Is interrupted when the thread that starts it ends, on Linux.
        var interruptWithParent = false
    }

    let pid: Int32
    /// The exit code once reaped.
    ///
    /// The lock keeps a signal from reaching another process that was given the pid anew.
    private let exitCode = Mutex<Int32?>(nil)

    /// Starts a child that this process waits for.
    init(_ request: Request) throws(EmbeddedPostgresError) {
        pid = try Self.spawn(request)
    }

    /// Starts a child that init looks after.
    static func detach(_ request: Request) throws(EmbeddedPostgresError) {
        var detached = request
        detached.detached = true
        _ = try spawn(detached)
    }

    /// Sends a signal, unless the child has ended.
    func signal(_ number: Int32) {
        exitCode.withLock { if $0 == nil { _ = cprocess_signal(pid, number) } }
    }

    /// The exit code if the child has ended (128 plus the signal when one ended it), nil while it runs.
    func poll() -> Int32? {
        exitCode.withLock { code in
            if code == nil {
                var status: Int32 = 0
                if unsafe cprocess_reap(pid, false, &status) == 0 { code = status }
            }
            return code
        }
    }

    /// Waits until the child has ended, however long that takes.
    func waitForEnd() -> Int32 {
        while true {
            if let code = poll() { return code }
            // ECHILD: reaped by someone else, so its code is lost.
            if cprocess_await_end(pid) == ECHILD { return poll() ?? 127 }
        }
    }

    /// Waits until the child has ended, at most until the deadline; nil when it is still running.
    func waitForEnd(before deadline: Deadline) -> Int32? {
        deadline.poll { poll() }
    }

    private static func spawn(_ request: Request) throws(EmbeddedPostgresError) -> Int32 {
        guard let program = request.arguments.first else {
            throw .spawnFailed(program: "", step: "start", reason: "no program was named")
        }
        var pid: Int32 = 0
        var stage = CPROCESS_STAGE_NONE
        let environment = request.environment.map { "\($0.key)=\($0.value)" }.sorted()
        let error = unsafe withCStrings(request.arguments) { arguments in
            unsafe withCStrings(environment) { variables in
                unsafe withOptionalIdentity(request.identity) { identity in
                    var raw = unsafe cprocess_request()
                    unsafe raw.path = UnsafePointer(arguments[0])
                    unsafe raw.argv = UnsafePointer(arguments)
                    unsafe raw.envp = UnsafePointer(variables)
                    unsafe raw.stdio = (request.input, request.output, request.errors)
                    unsafe raw.identity = identity
                    unsafe raw.new_session = request.newSession
                    unsafe raw.detached = request.detached
                    unsafe raw.interrupt_with_parent = request.interruptWithParent
                    return unsafe cprocess_spawn(&raw, &pid, &stage)
                }
            }
        }
        guard error == 0 else {
            throw .spawnFailed(program: program, step: step(stage), reason: SystemError(error).reason)
        }
        return pid
    }

    private static func step(_ stage: cprocess_stage) -> String {
        switch stage {
        case CPROCESS_STAGE_FORK: "fork"
        case CPROCESS_STAGE_STDIO: "standard streams"
        case CPROCESS_STAGE_IDENTITY: "change of user"
        default: "exec"
        }
    }

    private static func withOptionalIdentity<Result>(
        _ identity: ServerIdentity?, _ body: (UnsafePointer<cprocess_identity>?) -> Result
    ) -> Result {
        if let identity { return unsafe identity.withUnsafeIdentity { unsafe body($0) } }
        return body(nil)
    }

    /// Lends texts as the NULL-terminated array that exec takes; the copies end with the call.
    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() {
            unsafe (pointers + index).initialize(to: strdup(text))
        }
        unsafe (pointers + texts.count).initialize(to: nil)
        defer {
            for index in texts.indices { unsafe free(pointers[index]) }
            unsafe pointers.deallocate()
        }
        return unsafe body(pointers)
    }
}
