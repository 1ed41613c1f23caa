/// A file of JSON lines naming the lines of the inputs that were refused, and why.
///
/// It never holds what such a line says: that may be a prompt. The file is made at the first refusal, readable to this
/// user alone; one that exists is appended to. Not `Sendable`.
package final class RejectFile {
    /// Where the file is, or would be.
    package let path: String
    /// Lines refused so far, those beyond the limit included.
    package private(set) var count = 0
    /// Lines written so far, or waiting to be.
    package private(set) var written = 0

    private let limit: Int
    private var descriptor: Descriptor?
    private var pending: [UInt8] = []

    /// Bytes gathered before they are written.
    private static let pendingBytes = 64 * 1024
    /// Bytes of a path or reason at most; the rest is cut.
    private static let textBytes = 2048

    /// A file at this path, of at most so many lines; refusals beyond are only counted.
    package init(path: String, limit: Int = 1_000_000) {
        precondition(limit > 0)
        self.path = path
        self.limit = limit
    }

    /// Notes one refused line.
    ///
    /// - Parameters:
    ///   - input: The path of the input.
    ///   - line: The line, from 1.
    ///   - byteOffset: Where it begins, decompressed, from 0.
    ///   - reason: Why, in words that quote nothing from the line.
    /// - Throws: `permissionDenied`, `notFound`, `isDirectory`, `diskFull` or `system` for the file.
    package func append(input: String, line: Int, byteOffset: Int, reason: String) throws(LogInputError) {
        count += 1
        guard written < limit else { return }
        if descriptor == nil { descriptor = try .appending(path: path) }
        pending.append(contentsOf: "{\"path\":".utf8)
        appendString(input)
        pending.append(contentsOf: ",\"line\":\(line),\"offset\":\(byteOffset),\"reason\":".utf8)
        appendString(reason)
        pending.append(contentsOf: "}\n".utf8)
        written += 1
        if pending.count >= Self.pendingBytes { try flush() }
    }

    /// Writes what waits.
    ///
    /// To be called in the end: what is not written by then is lost.
    ///
    /// - Throws: `diskFull` or `system` for the file.
    package func flush() throws(LogInputError) {
        guard let descriptor, !pending.isEmpty else { return }
        let bytes = pending
        pending.removeAll(keepingCapacity: true)
        try descriptor.write(bytes)
    }

    private func appendString(_ text: String) {
        pending.append(UInt8(ascii: "\""))
        var used = 0
        for scalar in text.unicodeScalars {
            let width = UTF8.width(scalar)
            guard used + width <= Self.textBytes else { break }
            used += width
            switch scalar {
            case "\"": pending.append(contentsOf: "\\\"".utf8)
            case "\\": pending.append(contentsOf: "\\\\".utf8)
            case "\n": pending.append(contentsOf: "\\n".utf8)
            case "\r": pending.append(contentsOf: "\\r".utf8)
            case "\t": pending.append(contentsOf: "\\t".utf8)
            case "\0"..<" ":
                let hex = String(scalar.value, radix: 16)
                pending.append(contentsOf: "\\u00\(hex.count < 2 ? "0" : "")\(hex)".utf8)
            default: pending.append(contentsOf: String(scalar).utf8)
            }
        }
        pending.append(UInt8(ascii: "\""))
    }
}
