internal import Foundation

extension Configuration {
    /// The environment variable that names the settings file.
    package static let variable = "TALLY_CONFIG"
    /// The settings file looked for in the working directory.
    package static let defaultPath = "config/tally.yaml"

    /// Finds and reads the settings: the given file, else that of `$TALLY_CONFIG`, else `config/tally.yaml` in the
    /// working directory, else the built-in ones.
    ///
    /// - Parameters:
    ///   - path: The value of `--config`; relative paths are seen from the working directory.
    ///   - environment: The environment; an empty `TALLY_CONFIG` is none.
    ///   - workingDirectory: The working directory.
    /// - Returns: The settings in force.
    /// - Throws: ``ConfigError`` when a named file cannot be read, or the one found is not valid.
    package static func load(
        path: String?, environment: [String: String], workingDirectory: String
    ) throws(ConfigError) -> Configuration {
        if let path { return try read(SettingsFile.resolve(path, in: workingDirectory), namedBy: "--config") }
        if let file = environment[variable], !file.isEmpty {
            return try read(SettingsFile.resolve(file, in: workingDirectory), namedBy: "$" + variable)
        }
        let usual = SettingsFile.resolve(defaultPath, in: workingDirectory)
        if SettingsFile.exists(usual) { return try read(usual, namedBy: nil) }
        return try Configuration(text: nil, path: nil)
    }

    /// Finds and reads the settings by this process's own environment and working directory.
    ///
    /// - Parameter path: The value of `--config`.
    /// - Returns: The settings in force.
    /// - Throws: ``ConfigError`` when a named file cannot be read, or the one found is not valid.
    package static func load(path: String?) throws(ConfigError) -> Configuration {
        try load(
            path: path, environment: ProcessInfo.processInfo.environment,
            workingDirectory: FileManager.default.currentDirectoryPath)
    }

    private static func read(_ path: String, namedBy source: String?) throws(ConfigError) -> Configuration {
        let text: String
        do throws(ConfigError) {
            text = try SettingsFile.read(path)
        } catch {
            guard let source else { throw error }
            throw ConfigError(
                file: error.file, problem: error.problem, mend: "\(error.mend); it is named by \(source)")
        }
        return try Configuration(text: text, path: path)
    }
}
