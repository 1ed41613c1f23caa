import Foundation

/// Certificates for the loopback that signed themselves, and a TLS server with one of them; gone with its last user.
final class TLSServer {
    /// The certificate as a file, to be trusted.
    let certificate: String
    let port: Int
    private let folder: URL
    private let process: Process

    /// Starts `openssl s_server`, which answers every request with a page about itself.
    ///
    /// - Parameter subject: Whom the certificate is for, such as `IP:127.0.0.1`.
    /// - Throws: when `openssl` is not to be found, or does not start.
    init(subject: String) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let key = folder.appendingPathComponent("key.pem").path
        certificate = folder.appendingPathComponent("certificate.pem").path
        let (making, _) = try Self.openssl([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext",
            "subjectAltName=\(subject)", "-keyout", key, "-out", certificate,
        ])
        making.waitUntilExit()
        let output: Pipe
        (process, output) = try Self.openssl([
            "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www",
        ])
        // It says `ACCEPT 127.0.0.1:4433` when it is ready.
        var said = ""
        var port: Int?
        while port == nil, let line = Self.line(output) {
            said += line
            if line.hasPrefix("ACCEPT") { port = line.split(separator: ":").last.flatMap { Int($0) } }
        }
        guard let port else { throw ServerError(said: said) }
        self.port = port
    }

    deinit {
        // It has the signal mask of the thread that started it, which may leave out the more polite signals.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    struct ServerError: Error { let said: String }

    private static func openssl(_ arguments: [String]) throws -> (Process, Pipe) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return (process, output)
    }

    /// The next line; `nil` at the end.
    private static func line(_ pipe: Pipe) -> String? {
        var bytes: [UInt8] = []
        while let byte = pipe.fileHandleForReading.readData(ofLength: 1).first {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
