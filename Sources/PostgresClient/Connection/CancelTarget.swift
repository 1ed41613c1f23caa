internal import CPostgres

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What another thread may do to a connection: ask the server to stop, or cut the line.
///
/// `@unchecked Sendable`: libpq documents `PQcancel` as safe from any thread with a `PGcancel` that nobody changes, and
/// the descriptor is a duplicate of our own, so it cannot be reused for another file before `deinit` closes it.
@safe final class CancelTarget: @unchecked Sendable {
    private static let messageBytes = 256

    private let cancel: OpaquePointer?
    private let descriptor: CInt

    /// Takes what it needs from an open connection, which may be closed before this.
    init(connection: OpaquePointer?) {
        unsafe cancel = unsafe PQgetCancel(connection)
        let socket = unsafe PQsocket(connection)
        descriptor = socket >= 0 ? fcntl(socket, F_DUPFD_CLOEXEC, 0) : -1
    }

    deinit {
        unsafe PQfreeCancel(cancel)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Asks the server to stop what the session runs; returns once the server has passed the signal on.
    ///
    /// Failure to reach the server is not reported: whoever asks repeats, then cuts the line.
    func askServer() {
        var message = [CChar](repeating: 0, count: Self.messageBytes)
        _ = unsafe message.withUnsafeMutableBufferPointer { buffer in
            unsafe PQcancel(cancel, buffer.baseAddress, CInt(buffer.count))
        }
    }

    /// Ends the session from our side; a call blocked on it returns at once.
    func cutLine() {
        if descriptor >= 0 { _ = shutdown(descriptor, CInt(SHUT_RDWR)) }
    }
}
