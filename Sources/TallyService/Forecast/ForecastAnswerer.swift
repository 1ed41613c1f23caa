internal import FastJSON
internal import LogInput
internal import TallyCore
internal import TallyForecast

/// Answers lines of `tally forecast --jsonl`, one JSON object a line.
///
/// One answerer belongs to one thread at a time.
struct ForecastAnswerer {
    private let forecaster: Forecaster
    private let parser: JSONParser

    init(forecaster: Forecaster) throws {
        self.forecaster = forecaster
        parser = try JSONParser()
    }

    /// The answers to the lines of a block, empty ones passed over.
    func answer(_ block: LineBlock) -> [UInt8] {
        var output: [UInt8] = []
        for line in block {
            if line.isTooLong {
                let fault = ForecastFault(
                    "a line of \(line.length) bytes; at most \(block.maxLineBytes) can be read")
                output += Self.refusal(fault, line: line.number, id: nil)
            } else if unsafe !line.bytes.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) {
                output += answer(line)
            } else {
                continue
            }
            output.append(UInt8(ascii: "\n"))
        }
        return output
    }

    private func answer(_ line: Line) -> [UInt8] {
        do throws(ForecastFault) {
            return try unsafe parser.withDocument(
                padded: line.bytes, mapError: { (error: JSONError) in ForecastFault(error.description) },
                { (root: JSONValue) throws(ForecastFault) in
                    do throws(ForecastFault) {
                        let request = try ForecastRequest(root)
                        return answer(request, id: root["id"])
                    } catch {
                        return Self.refusal(error, line: line.number, id: root["id"])
                    }
                })
        } catch {
            return Self.refusal(error, line: line.number, id: nil)
        }
    }

    private func answer(_ request: ForecastRequest, id: JSONValue?) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.key("id")
        if let id { writer.value(id) } else { writer.null() }
        switch forecaster.forecast(request.series, request.question) {
        case .notEnoughData(let spent, let days):
            writer.member("error", ForecastJSON.notEnoughData(days))
            writer.key("month_to_date")
            writer.numberText(spent.description)
            writer.member("history_days", days)
        case .forecast(let forecast):
            append(forecast, request, to: &writer)
        }
        writer.endObject()
        return writer.bytes
    }

    private func append(_ forecast: Forecast, _ request: ForecastRequest, to writer: inout JSONWriter) {
        func amount(_ name: String, _ value: Money) {
            writer.key(name)
            writer.numberText(value.description)
        }
        amount("month_to_date", forecast.spent)
        amount("total", forecast.total)
        amount("median", forecast.quantile(0.5))
        for level in request.levels {
            let interval = forecast.interval(Double(level) / 100)
            amount("lo\(level)", interval.lowerBound)
            amount("hi\(level)", interval.upperBound)
        }
        if let budget = request.budget {
            writer.key("p_exceed")
            writer.numberText(ForecastJSON.share(forecast.probability(ofPassing: budget)))
            writer.member("passes_on", forecast.dayOfPassing(budget)?.description)
        }
        writer.key("daily")
        writer.beginArray()
        for day in forecast.days where day.day > request.question.asOf {
            writer.numberText((day.expected ?? .zero).description)
        }
        writer.endArray()
        writer.member("method", forecast.method.rawValue)
        writer.member("history_days", forecast.historyDays)
    }

    private static func refusal(_ fault: ForecastFault, line: Int, id: JSONValue?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if let id {
            writer.key("id")
            writer.value(id)
        }
        writer.member("error", fault.description)
        writer.member("line", line)
        writer.endObject()
        return writer.bytes
    }
}
