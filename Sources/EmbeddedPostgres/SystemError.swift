import Foundation

/// The errno of a failed system call.
struct SystemError {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    /// The system's own words.
    var reason: String { unsafe String(cString: strerror(number)) }
}
