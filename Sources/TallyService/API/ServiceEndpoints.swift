internal import CAssets
internal import FastJSON
internal import HTTPTypes
internal import Hummingbird
internal import TallyCore

/// What the service says about itself.
struct ServiceEndpoints: Sendable {
    let sources: ReportAPI.Sources
    let settings: ReportAPI.Settings

    /// The description of the API, in OpenAPI 3.1.
    func description() -> Response {
        let asset = unsafe tally_openapi()
        return unsafe Answer.json(Array(UnsafeBufferPointer(start: asset.pointee.bytes, count: asset.pointee.length)))
    }

    /// That the process runs, whatever else does.
    func health() -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("status", "ok")
        writer.member("version", settings.version)
        writer.endObject()
        return Answer.json(writer.bytes)
    }

    /// Whether questions can be answered, with the reasons why not.
    func readiness() async -> Response {
        let problems = await sources.readiness.problems()
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("status", problems.isEmpty ? "ready" : "not ready")
        writer.key("problems")
        writer.beginArray()
        for problem in problems { writer.string(problem) }
        writer.endArray()
        writer.endObject()
        return Answer.json(writer.bytes, status: problems.isEmpty ? .ok : .serviceUnavailable)
    }
}
