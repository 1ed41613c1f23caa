internal import Foundation
internal import NIOCore

/// An address that cannot be listened on, in one line that names it and the mend.
package struct ListenError: Error, CustomStringConvertible {
    /// What is wrong and how to mend it.
    package let description: String

    /// An error of binding a socket.
    init(address: String, option: String, cause: any Error) {
        let isTaken = (cause as? IOError)?.errnoCode == EADDRINUSE
        let reason = isTaken ? "it is in use" : String(describing: cause)
        description = "cannot listen on \(address): \(reason); choose another \(option), or port 0 for a free one"
    }
}
