import CSimdJSON

/// Parses JSON documents one after the other, into memory it reuses.
///
/// Not `Sendable`: one parser belongs to one thread. Numbers stay text, so that no amount passes through a
/// floating-point number. Memory grows to about ten times the longest document seen and stays there.
@safe
package final class JSONParser {
    /// What one document may hold at most.
    package struct Limits: Equatable, Sendable {
        /// Nested arrays and objects.
        package var depth: Int
        /// Values and keys together; each takes 24 bytes of memory.
        package var nodes: Int

        /// Limits; by default 64 levels and about a million nodes.
        package init(depth: Int = 64, nodes: Int = 1 << 20) {
            precondition(depth > 0 && depth <= 1000 && nodes > 0 && nodes <= 1 << 28)
            self.depth = depth
            self.nodes = nodes
        }
    }

    /// The bytes that must be readable behind a document, whatever they hold.
    package static let padding = Int(CSIMDJSON_PADDING)

    /// Owned: made in `init`, destroyed in `deinit`, seen by nothing else.
    private let parser: OpaquePointer
    private var isLent = false

    /// A parser with its own memory.
    ///
    /// - Throws: `JSONError` of kind `outOfMemory`.
    package init(limits: Limits = Limits()) throws(JSONError) {
        guard let parser = unsafe csimdjson_create(UInt32(limits.nodes), UInt32(limits.depth)) else {
            throw JSONError(kind: .outOfMemory, byteOffset: nil)
        }
        unsafe self.parser = unsafe parser
    }

    deinit {
        unsafe csimdjson_destroy(parser)
    }

    /// Parses one document and lends it to `body`.
    ///
    /// - Parameters:
    ///   - bytes: The document, behind which `padding` bytes are readable. They must not change before this returns.
    ///   - body: Reads the document. No view of it may be kept, and this parser may not be used within.
    /// - Returns: What `body` returns.
    /// - Throws: `JSONError`, or what `body` throws.
    package func withDocument<Result>(
        padded bytes: UnsafeRawBufferPointer, _ body: (JSONValue) throws -> Result
    ) throws -> Result {
        let root = unsafe try parse(bytes)
        isLent = true
        defer { isLent = false }
        return try body(root)
    }

    /// Parses one document and lends it to `body`, with the errors of one type.
    ///
    /// - Parameters:
    ///   - bytes: The document, behind which `padding` bytes are readable. They must not change before this returns.
    ///   - mapError: Turns a fault of the document into an error of the caller.
    ///   - body: Reads the document. No view of it may be kept, and this parser may not be used within.
    /// - Returns: What `body` returns.
    /// - Throws: What `mapError` makes or `body` throws.
    package func withDocument<Result, Failure: Error>(
        padded bytes: UnsafeRawBufferPointer, mapError: (JSONError) -> Failure,
        _ body: (JSONValue) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let root: JSONValue
        do {
            root = unsafe try parse(bytes)
        } catch {
            throw mapError(error)
        }
        isLent = true
        defer { isLent = false }
        return try body(root)
    }

    /// Parses a padded copy of the bytes and lends the document to `body`.
    ///
    /// - Throws: `JSONError`, or what `body` throws.
    package func withDocument<Result>(_ bytes: [UInt8], _ body: (JSONValue) throws -> Result) throws -> Result {
        let copy = bytes + [UInt8](repeating: 0, count: Self.padding)
        return unsafe try copy.withUnsafeBytes { padded in
            unsafe try withDocument(padded: UnsafeRawBufferPointer(rebasing: padded[..<bytes.count]), body)
        }
    }

    /// Parses a padded copy of the text and lends the document to `body`.
    ///
    /// - Throws: `JSONError`, or what `body` throws.
    package func withDocument<Result>(_ text: String, _ body: (JSONValue) throws -> Result) throws -> Result {
        try withDocument(Array(text.utf8), body)
    }

    private func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
        precondition(!isLent, "a document of this parser is still being read")
        guard let start = bytes.baseAddress else { throw JSONError(kind: .empty, byteOffset: nil) }
        var root: UnsafePointer<csimdjson_node>?
        var offset: Int64 = -1
        let status = unsafe csimdjson_parse(
            parser, start.assumingMemoryBound(to: UInt8.self), bytes.count, &root, &offset)
        if let kind = Self.errorKind(of: status) {
            throw JSONError(kind: kind, byteOffset: offset >= 0 ? Int(offset) : nil)
        }
        guard let root = unsafe root else { throw JSONError(kind: .empty, byteOffset: nil) }
        return unsafe JSONValue(node: root)
    }

    private static func errorKind(of status: csimdjson_status) -> JSONError.Kind? {
        switch status {
        case CSIMDJSON_OK: nil
        case CSIMDJSON_EMPTY: .empty
        case CSIMDJSON_NUMBER: .invalidNumber
        case CSIMDJSON_STRING: .invalidString
        case CSIMDJSON_UTF8: .invalidUTF8
        case CSIMDJSON_TRUNCATED: .truncated
        case CSIMDJSON_TRAILING: .trailingContent
        case CSIMDJSON_DEPTH: .tooDeep
        case CSIMDJSON_NODES: .tooManyNodes
        case CSIMDJSON_SIZE: .tooLarge
        case CSIMDJSON_MEMORY: .outOfMemory
        default: .syntax
        }
    }
}
