internal import FastJSON
package import TallyCore

/// Reads the price tables and model lists that others publish: bytes in, a table and what could not be taken out.
package enum PriceImport {
    /// The tables and lists that are known.
    package enum Origin: String, Sendable, CaseIterable {
        /// The table of pydantic/genai-prices, version 2 of its format (`prices/new_data/v2/data.json`).
        case genaiPrices = "genai-prices"
        /// The price map of BerriAI/litellm (`model_prices_and_context_window.json`).
        case litellm
        /// The list of models.dev (`api.json`).
        case modelsDev = "models.dev"
        /// The model list of Hugging Face's router (`/v1/models`).
        case huggingFace = "huggingface"
        /// The model list of OpenRouter (`/api/v1/models`).
        case openRouter = "openrouter"
    }

    /// What an import made of a table.
    package struct Outcome: Sendable {
        /// The prices, with the spellings they are filed under.
        package let table: PriceTable
        /// What the table says and a price cannot.
        package let skipped: [SkippedRow]
        /// How many models have a price.
        package let modelCount: Int
    }

    /// A part of a table that was left out.
    package struct SkippedRow: Sendable, Equatable {
        /// Who sells, in the table's words.
        package let seller: String
        /// The model, in the table's words.
        package let model: String
        /// Which part of the model's entry.
        package let part: String
        /// Why, and what becomes of it.
        package let reason: String
    }

    /// The largest table read, in bytes.
    package static let maximumBytes = 64 << 20

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - bytes: The whole file, of at most ``maximumBytes``.
    ///   - origin: Whose it is.
    ///   - name: What errors call the file.
    ///   - source: What the source of its prices is called.
    ///   - aliases: The spellings of billers and providers the prices are filed under, beside those of the table.
    /// - Returns: The prices, and what was left out.
    /// - Throws: ``ConfigError`` when the file is not such a table.
    package static func read(
        _ bytes: [UInt8], from origin: Origin, name: String, source: String,
        aliases: ProviderAliases = ProviderAliases()
    ) throws(ConfigError) -> Outcome {
        if bytes.count > maximumBytes {
            throw ConfigError(
                file: name, problem: "the file is larger than \(maximumBytes) bytes", mend: "split it into several")
        }
        var collector = PriceCollector(source: source, aliases: aliases)
        try withDocument(bytes, origin: origin, name: name) { document in
            switch origin {
            case .genaiPrices: return GenAIPrices.read(document, into: &collector)
            case .litellm: return LiteLLMPrices.read(document, into: &collector)
            case .modelsDev: return ModelsDevPrices.read(document, into: &collector)
            case .huggingFace: return RouterModels.read(document, into: &collector)
            case .openRouter: return OpenRouterModels.read(document, into: &collector)
            }
        }
        let outcome = collector.outcome
        if outcome.table.prices.isEmpty {
            throw ConfigError(
                file: name, problem: "no price in it is of the form of \(origin.rawValue)",
                mend: "check that --from names whose table it is")
        }
        return outcome
    }

    /// Parses the file and lends it; false from the reader means that it has another shape.
    private static func withDocument(
        _ bytes: [UInt8], origin: Origin, name: String, _ body: (JSONValue) -> Bool
    ) throws(ConfigError) {
        let hasShape: Bool
        do {
            let parser = try JSONParser(limits: JSONParser.Limits(depth: 64, nodes: 1 << 24))
            hasShape = try parser.withDocument(bytes, body)
        } catch {
            throw ConfigError(file: name, problem: "the file is not JSON (\(error))", mend: "save the table anew")
        }
        if !hasShape {
            throw ConfigError(
                file: name, problem: "the file does not have the form of \(origin.rawValue)",
                mend: "check that --from names whose table it is")
        }
    }
}
