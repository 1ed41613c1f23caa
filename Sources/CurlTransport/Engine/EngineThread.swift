import CCurlLoop
import Synchronization

/// One thread of an engine, from its start until it has ended.
@safe
final class EngineThread: Sendable {
    let mailbox: EngineMailbox
    let counts = EngineCounts()
    /// Owned until it is joined or let go.
    private let thread: Mutex<OpaquePointer?>

    /// Starts at once; without memory, descriptors or threads left its mailbox is closed.
    init(maximumIdleConnections: Int) {
        CurlLibrary.start()
        guard let loop = unsafe ccurl_loop_make(Int32(clamping: maximumIdleConnections), TransferHandle.uses) else {
            mailbox = EngineMailbox(bell: nil)
            unsafe thread = Mutex(nil)
            return
        }
        mailbox = unsafe EngineMailbox(bell: EngineMailbox.Bell(loop))
        let work = unsafe EngineLoop(
            loop: loop, mailbox: mailbox, maximumIdleConnections: maximumIdleConnections, counts: counts)
        // Handed over to the thread, which gives it free at its end.
        let context = unsafe Unmanaged.passRetained(work)
        let started = unsafe ccurl_thread_start(
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<EngineLoop>.fromOpaque(context).takeRetainedValue().run()
            }, context.toOpaque())
        if unsafe started == nil {
            _ = mailbox.close()
            unsafe context.release()
        }
        unsafe thread = Mutex(started)
    }

    deinit { letGo() }

    /// Waits until the thread has ended, unless it is this one.
    func join() {
        guard let thread = unsafe take() else { return }
        if unsafe ccurl_thread_is_current(thread) {
            unsafe ccurl_thread_detach(thread)
        } else {
            unsafe ccurl_thread_join(thread)
        }
    }

    /// Lets the thread end by itself.
    private func letGo() {
        mailbox.stop()
        if let thread = unsafe take() { unsafe ccurl_thread_detach(thread) }
    }

    private func take() -> OpaquePointer? {
        unsafe thread.withLock { thread in
            defer { unsafe thread = nil }
            return unsafe thread
        }
    }
}
