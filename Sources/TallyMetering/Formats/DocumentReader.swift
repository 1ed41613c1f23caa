internal import FastJSON
package import TallyCore

/// Reads the documents of one response, a body or the events of a stream, into what they say together.
struct DocumentReader {
    private let exchange: Exchange
    private let host: Host
    private lazy var hints = FlavorHints(exchange)
    /// The flavor the caller named, or the first one that was found.
    private(set) var flavor: APIFlavor?
    private let isStated: Bool
    private var format: (any ProviderFormat.Type)?
    private(set) var rule = Accounting()
    private var reading = UsageReading(readable: .all)
    private var cost = ReportedCost()
    private var result = ResponseUsage()
    private var warnings: Set<UsageWarning> = []
    private var hasError = false
    private var isCanceled = false

    init(_ exchange: Exchange) {
        self.exchange = exchange
        host = Host(exchange)
        var named = exchange.flavor
        if named == .native { named = host.nativeFlavor }
        isStated = named != nil
        if let named { settle(named) }
    }

    /// Takes a body, or an event of a stream.
    ///
    /// - Returns: What it was read as, and whether it stated a count.
    @discardableResult
    mutating func take(_ root: JSONValue) -> (document: ResponseDocument, hasUsage: Bool) {
        let document = ResponseDocument(root)
        takeNames(document)
        takeEnd(document)
        if let usage = document.usage {
            cost.take(usage: usage, isOfBiller: host == .openRouter || !Host.isRoutedByHuggingFace(exchange))
        }
        if flavor == nil, let found = APIFlavor.detect(document, of: exchange, host: host, hints: hints) {
            settle(found)
        }
        guard let format else { return (document, false) }
        var fresh = reading.fresh
        do throws(RecordFailure) {
            try format.read(document, of: exchange, into: &fresh)
        } catch {
            refuse(error)
            return (document, false)
        }
        reading.formMaximum(fresh)
        return (document, !fresh.isEmpty)
    }

    /// Takes the objects of a list, such as those of Google's stream that is no event stream.
    mutating func take(list: JSONValue) {
        var isEmpty = true
        for element in list.elements where element.kind == .object {
            take(element)
            isEmpty = false
        }
        if isEmpty { takeNothing() }
    }

    /// Takes a response whose body is no object: only its headers and path can say something.
    mutating func takeNothing() {
        if flavor == nil {
            if exchange.headers[FalFormat.unitsHeader] != nil {
                settle(.fal)
            } else if InferenceServerFormat.answered(exchange) {
                settle(.huggingFaceInference)
            } else if exchange.requestCharacters != nil {
                settle(.audio)
            }
        }
        var fresh = reading.fresh
        switch flavor {
        case .audio: AudioFormat.readCharacters(of: exchange, into: &fresh)
        case .fal: FalFormat.readUnits(of: exchange, into: &fresh)
        case .huggingFaceInference: InferenceServerFormat.readHeaders(of: exchange, into: &fresh)
        default: break
        }
        reading.formMaximum(fresh)
    }

    /// Notes something about the response as a whole.
    mutating func warn(_ warning: UsageWarning) {
        warnings.insert(warning)
    }

    /// Notes that the response says itself to be an error.
    mutating func fail() {
        hasError = true
    }

    /// Whether the response has said itself to be an error.
    var hasFailed: Bool { hasError }

    /// Forgets how much was made, which a stream that was cut off had only begun to count.
    mutating func forgetOutput() {
        reading.counts[.output] = nil
        reading.counts[.reasoning] = nil
    }

    private mutating func settle(_ found: APIFlavor) {
        flavor = found
        format = found.format
        let isFlat = isStated && host == .xAI && exchange.flavor == .native
        if isFlat {
            rule = ChatFormat.flatAccounting
        } else if let format {
            // Behind Hugging Face a named flavor is that of the router, whoever served.
            let isRouters = isStated && Host.isRoutedByHuggingFace(exchange)
            rule = format.accounting(isRouters ? .huggingFace : host, isStated: isStated)
        }
        reading = UsageReading(readable: rule.readable)
    }

    private mutating func refuse(_ failure: RecordFailure) {
        warnings.insert(.countRefused)
        if result.refusal == nil { result.refusal = failure }
    }

    private mutating func takeNames(_ document: ResponseDocument) {
        do throws(RecordFailure) {
            if result.requestID == nil, let id = document.id {
                result.requestID = try FieldReader.text(id.string, field: "response.id")
            }
            if result.model == nil, let model = document.model {
                result.model = try FieldReader.text(model.string, field: "response.model")
            }
            // A stream may name the tier it was asked for first, and the one that served at its end.
            if let tier = document.serviceTier {
                result.serviceTier = try FieldReader.text(tier.string, field: "response.service_tier")
            }
            if result.provider == nil, host == .openRouter, let provider = document.provider {
                result.provider = try FieldReader.text(provider.string, field: "response.provider")
            }
        } catch {
            if result.refusal == nil { result.refusal = error }
        }
    }

    private mutating func takeEnd(_ document: ResponseDocument) {
        if let error = document.error, error.kind == .object || error.text.map({ !$0.isEmpty }) == true {
            hasError = true
        }
        if document.type.map({ $0 == "error" }) == true { hasError = true }
        guard let status = document.status else { return }
        switch status {
        case "failed": hasError = true
        case "canceled", "cancelled", "aborted": isCanceled = true
        default: break
        }
    }

    /// What all documents said together.
    ///
    /// - Parameter ending: How a stream ended; `nil` for a body that came whole.
    /// - Returns: What they said; nothing can be added to it.
    consuming func finish(_ ending: StreamEnding?) -> ResponseUsage {
        var result = result
        result.flavor = flavor
        result.ending = ending
        if result.serviceTier == nil { result.serviceTier = reading.serviceTier }
        if reading.serviceTier == "fast" { result.serviceTier = "fast" }
        if result.requestID == nil { result.requestID = Self.generationID(exchange.headers) }
        if result.model == nil { result.model = ModelInPath.model(exchange) }
        if result.provider == nil { result.provider = exchange.headers["x-inference-provider"] }
        result.reportedCost = cost.reported
        result.estimatedCost = cost.estimated
        warnings.formUnion(reading.warnings)
        if result.refusal == nil { settleUsage(&result) }
        let status = exchange.status ?? 200
        if hasError || status >= 400 {
            result.outcome = .failed
        } else if isCanceled || ending == .cutOff {
            result.outcome = .interrupted
        }
        result.isBilled = Billing.isBilled(result, host: host, exchange: exchange)
        if result.isBilled == false, result.usage == nil { result.usage = .nothing }
        result.warnings = UsageWarning.allCases.filter(warnings.contains)
        return result
    }

    private mutating func settleUsage(_ result: inout ResponseUsage) {
        let (usage, found) = Accountant.usage(of: reading.counts, by: rule)
        result.usage = usage
        warnings.formUnion(found)
        for (model, counts) in reading.others {
            let (usage, found) = Accountant.usage(of: counts, by: rule)
            result.parts.append(ResponseUsage.ModelPart(model: model, usage: usage))
            warnings.formUnion(found)
        }
    }

    /// The headers that name a generation, the one that names it best first.
    private static let idHeaders = ["x-generation-id", "inference-id", "x-fal-request-id", "request-id"]

    private static func generationID(_ headers: [String: String]) -> String? {
        if headers.isEmpty { return nil }
        for name in idHeaders {
            if let id = headers[name], !id.isEmpty, id.utf8.count <= FieldReader.maximumTextBytes { return id }
        }
        return nil
    }
}

extension UsageBuckets {
    /// A call that was turned away: it read and made no token.
    package static let nothing: UsageBuckets = {
        var usage = UsageBuckets()
        usage[.input] = 0
        usage[.output] = 0
        return usage
    }()
}
