package import TallyConfig
package import TallyCore

/// A price table as files have it, with where it is from.
package struct ConfiguredPrices: Sendable {
    /// The prices.
    package let table: PriceTable
    /// Whether no file is named, so that the table is the one that comes with the program.
    package let isBuiltIn: Bool
    /// The files, in order of precedence.
    package let files: [String]
    /// The digest of the table.
    package let digest: String

    /// A table from its parts.
    package init(table: PriceTable, isBuiltIn: Bool, files: [String]) {
        self.table = table
        self.isBuiltIn = isBuiltIn
        self.files = files
        digest = table.digest
    }

    /// Reads the files a configuration names.
    ///
    /// - Throws: `ConfigError` for the first file that cannot be read or is not valid.
    package init(_ configuration: Configuration) throws(ConfigError) {
        self.init(
            table: try configuration.loadPriceTable(), isBuiltIn: configuration.namesNoPriceFile,
            files: configuration.priceFiles.map(\.name))
    }

    /// Reads files that were named on the command line.
    ///
    /// - Throws: `ConfigError` for the first file that cannot be read or is not valid.
    package init(files: [String]) throws(ConfigError) {
        self.init(table: try PriceTable.load(files), isBuiltIn: false, files: files)
    }
}

extension Configuration {
    /// Whether the only prices are those that come with the program.
    fileprivate var namesNoPriceFile: Bool {
        priceFiles.allSatisfy { file in
            if case .builtIn = file { true } else { false }
        }
    }
}
