internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import TallyMetering

/// How events stand in the body of a request.
enum SubmissionForm {
    /// One, an array or JSON lines, as the body shows.
    case detected
    /// One object a line.
    case lines
    /// One CloudEvent.
    case single
    /// An array of CloudEvents.
    case batch
    /// The data of a CloudEvent whose attributes stand in the headers.
    case event(EventEnvelope)

    /// The types that are taken for JSON, or say nothing: what clients send that were not told what they send.
    private static let undecided: Set = [
        "", "application/json", "text/json", "text/plain", "application/octet-stream",
        "application/x-www-form-urlencoded",
    ]
    private static let lineTypes: Set = [
        "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
        "application/json-lines",
    ]
    private static let attributePrefix = "ce-"

    /// The form that the headers of a request say.
    ///
    /// - Parameter request: The request.
    /// - Throws: ``Problem`` when its type is none that is read, or its headers are no CloudEvent's.
    init(_ request: Request) throws(Problem) {
        let type = MediaType.essence(request.headers[.contentType] ?? "")
        switch type {
        case "application/cloudevents+json": self = .single
        case "application/cloudevents-batch+json": self = .batch
        case _ where Self.lineTypes.contains(type): self = .lines
        case _ where Self.undecided.contains(type):
            let attributes = try Self.attributes(request)
            if attributes.isEmpty {
                self = .detected
                return
            }
            do throws(RecordFailure) {
                self = .event(try EventEnvelope(attributes))
            } catch {
                throw Problem(
                    .badRequest, title: "The CloudEvent cannot be read", detail: "of the ce- headers, \(error)")
            }
        default:
            throw Problem(
                .unsupportedMediaType, title: "The body is of an unknown type",
                detail: "Content-Type is none that is read; send application/json, application/x-ndjson, "
                    + "application/cloudevents+json or application/cloudevents-batch+json")
        }
    }

    /// The attributes of a CloudEvent in binary mode (HTTP protocol binding, 3.1): percent-encoded.
    private static func attributes(_ request: Request) throws(Problem) -> [String: String] {
        var attributes: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            guard name.hasPrefix(attributePrefix) else { continue }
            let attribute = String(name.dropFirst(attributePrefix.count))
            guard EventEnvelope.attributes.contains(attribute) else { continue }
            guard let text = field.value.removingPercentEncoding else {
                throw Problem(
                    .badRequest, title: "The CloudEvent cannot be read",
                    detail: "\(name) is not percent-encoded UTF-8; encode it anew")
            }
            attributes[attribute] = text
        }
        return attributes
    }
}
