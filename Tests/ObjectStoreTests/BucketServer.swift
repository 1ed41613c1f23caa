import Foundation
import ObjectStore
import ProgramRunner
import Testing

/// moto's S3 as a program of its own, with one bucket and signatures checked; ended with it.
final class BucketServer: Sendable {
    private struct Ready: Decodable {
        let address: String
        let key: String
        let secret: String
        let bucket: String
    }

    private let program: RunningProgram
    private let ready: Ready
    private let folder: String

    private static let limit = Duration.seconds(120)
    private static let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Server/bucket.py")

    private static var python: String {
        get throws {
            let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            let path = tests.deletingLastPathComponent().appending(path: ".build-venv/bin/python").path
            try #require(
                FileManager.default.isExecutableFile(atPath: path),
                "there is no S3 server in .build-venv: run scripts/test, which installs it")
            return path
        }
    }

    init() throws {
        folder = NSTemporaryDirectory() + "tally-bucket-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let program = try RunningProgram(Program([try Self.python, Self.script.path, "serve"], directory: folder))
        self.program = program
        let told = Waiting.until(within: Self.limit) { !program.isRunning || program.output.hasSuffix("\n") }
        try #require(told && program.isRunning, "\(program.errors)")
        ready = try JSONDecoder().decode(Ready.self, from: Data(program.output.utf8))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The bucket's address, as its owner or somebody else sees it.
    func address(secret: String? = nil, bucket: String? = nil) -> ObjectBucket.Address {
        ObjectBucket.Address(
            endpoint: ready.address, bucket: bucket ?? ready.bucket, region: "eu-west-1", isPathStyle: true,
            credential: ObjectBucket.Credential(keyID: ready.key, secret: secret ?? ready.secret))
    }

    func put(_ bytes: [UInt8], as key: String) throws {
        let path = folder + "/object"
        try Data(bytes).write(to: URL(filePath: path))
        let program = Program(
            [
                try Self.python, Self.script.path, "put", ready.address, ready.key, ready.secret, ready.bucket, key,
                path,
            ], directory: folder)
        let finished = try program.run(within: Self.limit)
        try #require(finished.ending == .exited(0), "\(finished.errors)")
    }
}
