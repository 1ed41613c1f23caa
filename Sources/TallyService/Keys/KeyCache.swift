internal import BlockingExecutor
internal import FastJSON
internal import Foundation
internal import TallyCore

/// A copy of the live keys on disk: hashes, never secrets, in a file that only its owner may read.
///
/// The file is written anew beside the old one and put in its place, so that there is always a whole one.
package actor KeyCache {
    /// Why the copy was not written.
    package struct Failure: Error, CustomStringConvertible {
        /// The file and the reason.
        package let description: String
    }

    private let executor = BlockingExecutor(label: "tally.keys")
    private let path: String
    private let database: String

    /// The largest file that is read, in bytes: far more than ``APIKey/maximumLive`` keys take as a rule.
    private static let maximumBytes = 64 << 20
    private static let version = 1

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// A copy that is not looked at yet.
    ///
    /// - Parameters:
    ///   - path: The file, in a folder that is there.
    ///   - database: Which database the keys are of, in words without credentials; a copy of another one is not used.
    package init(path: String, database: String) {
        self.path = path
        self.database = database
    }

    /// The keys of the copy; `nil` when there is none of this database that can be read.
    func read() -> [LiveKey]? {
        guard let bytes = FileSize.bytes(of: path), bytes <= Self.maximumBytes,
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        else { return nil }
        return try? JSONParser().withDocument(text) { keys(of: $0) }
    }

    /// Puts keys in the place of those the copy holds.
    ///
    /// - Parameter keys: The live keys.
    /// - Throws: ``Failure`` when the file cannot be written; what was there stays.
    func write(_ keys: [LiveKey]) throws(Failure) {
        // A name of its own: another daemon may be writing its copy at the same time.
        let new = "\(path).\(UInt64.random(in: 0 ... .max))"
        let descriptor = unsafe open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("made", new) }
        var rest = json(keys)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 {
                let failure = failure("written", new)
                close(descriptor)
                _ = unsafe unlink(new)
                throw failure
            }
            rest = rest.dropFirst(count)
        }
        let isSynced = fsync(descriptor) == 0
        close(descriptor)
        guard isSynced, unsafe rename(new, path) == 0 else {
            let failure = failure("put in place", new)
            _ = unsafe unlink(new)
            throw failure
        }
    }

    private func failure(_ what: String, _ file: String) -> Failure {
        Failure(description: "\(file) cannot be \(what): \(unsafe String(cString: strerror(errno)))")
    }

    private func json(_ keys: [LiveKey]) -> [UInt8] {
        var writer = JSONWriter(capacity: 256 + keys.count * 256)
        writer.beginObject()
        writer.member("version", Self.version)
        writer.member("database", database)
        writer.key("keys")
        writer.beginArray()
        for key in keys {
            writer.beginObject()
            writer.member("key_id", key.grant.id.text)
            writer.member("name", key.grant.attribution.key)
            writer.member("secret_sha256", Self.hexadecimal(key.hash.bytes))
            writer.key("scopes")
            writer.beginArray()
            for scope in KeyScope.allCases where key.grant.scopes.contains(scope) { writer.string(scope.rawValue) }
            writer.endArray()
            writer.member("project", key.grant.attribution.project)
            writer.member("user", key.grant.attribution.user)
            writer.key("tags")
            writer.beginObject()
            for (name, value) in (key.grant.attribution.tags ?? [:]).sorted(by: { $0.key < $1.key }) {
                writer.member(name, value)
            }
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes + [10]
    }

    private func keys(of root: JSONValue) -> [LiveKey]? {
        guard case .integer(Int64(Self.version))? = root["version"]?.integer, root["database"]?.string == database,
            let keys = root["keys"], keys.kind == .array
        else { return nil }
        var read: [LiveKey] = []
        for key in keys.elements {
            guard let id = key["key_id"]?.string, let name = key["name"]?.string,
                let hash = key["secret_sha256"]?.string.flatMap(Self.bytes).flatMap(KeyHash.init(bytes:)),
                let scopes = key["scopes"], let tags = key["tags"]
            else { return nil }
            var granted: Set<KeyScope> = []
            for name in scopes.elements {
                if let scope = name.string.flatMap(KeyScope.init(rawValue:)) { granted.insert(scope) }
            }
            var labels: [String: String] = [:]
            for (name, value) in tags.members { labels[name.string] = value.string }
            read.append(
                LiveKey(
                    hash: hash,
                    grant: KeyGrant(
                        id: KeyID(stored: id), scopes: granted,
                        attribution: Attribution(
                            project: key["project"]?.string, user: key["user"]?.string, key: name, tags: labels))))
        }
        return read
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count % 2 == 0 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
