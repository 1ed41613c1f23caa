internal import FastJSON
internal import Foundation
internal import Logging
internal import TallyCore

/// Where the daemon's log goes: stderr, as text or as JSON lines (`TALLY_LOG_FORMAT=console|json`), from the level of
/// `TALLY_LOG_LEVEL` on.
enum LogOutput {
    /// Sets up logging; once in the life of the process.
    static func bootstrap() {
        let environment = ProcessInfo.processInfo.environment
        let level = environment["TALLY_LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0.lowercased()) } ?? .notice
        let isJSON = environment["TALLY_LOG_FORMAT"] == "json"
        LoggingSystem.bootstrap { label in
            if isJSON { return JSONLogHandler(label: label, logLevel: level) }
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
    }
}

/// One JSON object a line: time, level, label, message, metadata.
private struct JSONLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(label: String, logLevel: Logger.Level) {
        self.label = label
        self.logLevel = logLevel
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("time", SystemClock.now().description)
        writer.member("level", event.level.rawValue)
        writer.member("label", label)
        writer.member("message", event.message.description)
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { writer.member(key, value.description) }
        writer.endObject()
        StandardError.write(writer.string + "\n")
    }
}
