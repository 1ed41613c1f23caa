/// Where a text of settings is from.
package enum SettingsOrigin: Sendable, Equatable {
    /// A file the binary carries, by its name.
    case builtIn(String)
    /// A file on disk, by its path.
    case file(String)

    /// What errors call it.
    package var name: String {
        switch self {
        case .builtIn(let name): "built-in \(name)"
        case .file(let path): path
        }
    }
}
