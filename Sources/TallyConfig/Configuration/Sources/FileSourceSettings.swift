/// Files and folders of this machine.
package struct FileSourceSettings: Sendable, Equatable {
    /// Paths, folders and patterns, absolute.
    package let paths: [String]
    /// Seconds without a change after which a last line without a newline is taken as it is.
    package let settleSeconds: Int
    /// The most files looked at.
    package let maximumFiles: Int
    /// The most files kept open between two looks.
    package let maximumOpenFiles: Int
}
