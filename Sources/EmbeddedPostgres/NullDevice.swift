import Foundation

/// The device that swallows everything, for the standard streams of children.
final class NullDevice {
    let descriptor: Int32

    init() throws(EmbeddedPostgresError) {
        let opened = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        guard opened >= 0 else {
            throw .unusable(
                path: "/dev/null", reason: SystemError(errno).reason, mend: "restore the device or free descriptors")
        }
        descriptor = opened
    }

    deinit { close(descriptor) }
}
