internal import CAssets
package import TallyCore

/// The files of `config/` that the binary carries.
package enum BuiltInAssets {
    /// The name of the shipped settings.
    package static let settingsName = "tally.yaml"
    /// The name of the shipped price table.
    package static let pricesName = "prices.yaml"
    /// The name of the shipped plan table.
    package static let plansName = "plans.yaml"

    /// The text of the shipped settings.
    package static let settingsText = text(settingsName)
    /// The text of the shipped price table.
    package static let pricesText = text(pricesName)
    /// The text of the shipped plan table.
    package static let plansText = text(plansName)

    /// The shipped price table.
    ///
    /// - Throws: ``ConfigError`` when the binary was built with a file that is not valid.
    package static func priceTable() throws(ConfigError) -> PriceTable {
        try PriceFile.parse(pricesText, origin: .builtIn(pricesName), startingWith: ProviderAliases())
    }

    /// The shipped spellings of billers and providers, read without the prices behind them.
    ///
    /// - Throws: ``ConfigError`` when the binary was built with a file that is not valid.
    package static func spellings() throws(ConfigError) -> ProviderAliases {
        let head = pricesText.split(separator: "\nprices:", maxSplits: 1, omittingEmptySubsequences: false)[0]
        return try PriceFile.parse(String(head), origin: .builtIn(pricesName), startingWith: ProviderAliases()).aliases
    }

    /// The text of a carried file, empty when there is none of that name.
    static func text(_ name: String) -> String {
        for index in 0..<tally_config_count() {
            guard let asset = unsafe tally_config_at(index) else { continue }
            if unsafe String(cString: asset.pointee.name) != name { continue }
            let bytes = unsafe UnsafeBufferPointer(start: asset.pointee.bytes, count: asset.pointee.length)
            return unsafe String(decoding: bytes, as: UTF8.self)
        }
        return ""
    }
}
