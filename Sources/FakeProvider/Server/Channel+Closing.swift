internal import NIOCore
internal import NIOPosix
internal import NIOSSL

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Channel {
    /// Resets the connection, once the other side has what was sent: a reset drops what the kernel still holds.
    ///
    /// An other side that takes nothing is waited for a second, in steps of a millisecond.
    func reset(patience: Int = 1_000) {
        guard let options = self as? any SocketOptionProvider else { return close(promise: nil) }
        #if os(Linux)
            options.getTCPInfo().assumeIsolated().whenSuccess { info in
                if info.tcpi_unacked > 0, patience > 0 {
                    self.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) {
                        self.reset(patience: patience - 1)
                    }
                } else {
                    self.resetNow(options)
                }
            }
        #else
            resetNow(options)
        #endif
    }

    private func resetNow(_ options: any SocketOptionProvider) {
        _ = options.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        closeBelowTLS()
    }

    /// Closes the socket without the farewell of TLS, as a process that dies does.
    func closeBelowTLS() {
        if let tls = try? pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self) {
            tls.close(promise: nil)
        } else {
            close(promise: nil)
        }
    }
}
