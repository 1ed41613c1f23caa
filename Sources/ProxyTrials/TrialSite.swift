/// Where a trial takes place.
package struct TrialSite: Sendable {
    /// The program that is tried.
    package let tally: String
    /// An existing folder for the files of the trial, which another user may enter.
    package let folder: String
    /// The data directory of the private PostgreSQL, which need not exist.
    package let data: String
    /// The `PATH` of the programs.
    package let searchPath: String

    /// Names the place.
    ///
    /// - Parameters:
    ///   - tally: The program that is tried.
    ///   - folder: An existing folder for the files of the trial, which another user may enter.
    ///   - data: The data directory of the private PostgreSQL, which need not exist.
    ///   - searchPath: The `PATH` of the programs.
    package init(tally: String, folder: String, data: String, searchPath: String) {
        self.tally = tally
        self.folder = folder
        self.data = data
        self.searchPath = searchPath
    }

    /// The environment of the programs: nothing of the caller's that could change what they do.
    var environment: [String: String] {
        ["PATH": searchPath, "HOME": folder, "TALLY_DATA_DIR": data, "TALLY_LOG_LEVEL": "info"]
    }
}
