package import TallyCore

extension PriceTable {
    /// Reads several price files, of which the later ones win.
    ///
    /// The shipped spellings apply to all of them.
    ///
    /// - Parameter paths: The files; with none, the table has no prices.
    /// - Returns: All their prices.
    /// - Throws: ``ConfigError`` for the first file that cannot be read or is not valid.
    package static func load(_ paths: [String]) throws(ConfigError) -> PriceTable {
        var table = PriceTable(prices: [], aliases: try BuiltInAssets.spellings())
        for path in paths {
            table = table.appending(
                try PriceFile.parse(try SettingsFile.read(path), name: path, startingWith: table.aliases))
        }
        return table
    }
}
