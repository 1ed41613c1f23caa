internal import NIOCore
internal import NIOPosix
internal import NIOSSL

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Channel {
    /// Makes the next close a reset: what the kernel still holds is dropped, and the other side told so.
    func lingerNot() {
        guard let options = self as? any SocketOptionProvider else { return }
        _ = options.setSoLinger(linger(l_onoff: 1, l_linger: 0))
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
