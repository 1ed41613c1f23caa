import CCurl

/// What libcurl borrows of a request until the transfer's end, in one piece: the list of header lines, and the body.
@safe
struct RequestMemory: ~Copyable {
    /// The list of header lines, lent.
    let headers: UnsafeMutablePointer<curl_slist>
    /// The bytes of the body, lent; never `nil`, since libcurl would then ask for them.
    let body: UnsafeRawPointer
    /// How many bytes the body has.
    let bodyCount: Int
    /// Owned; the two above point into it.
    private let memory: UnsafeMutableRawBufferPointer

    /// Lays out the fields of a request that are sent, and those libcurl must not add by itself.
    ///
    /// - Parameters:
    ///   - fields: The fields.
    ///   - bytes: The body.
    ///   - keepsDefaults: Whether libcurl adds its own all the same. When it signs a request it has to: it would sign
    ///     those that are left out, which are then not there (7.88).
    /// - Throws: ``TransferFailure/badRequest(detail:)`` without the value of any field.
    init(
        headers fields: [(name: String, value: String)], body bytes: [UInt8], keepsDefaults: Bool = false
    ) throws(TransferFailure) {
        var lines: [Line] = []
        lines.reserveCapacity(fields.count + 3)
        // Without a value libcurl leaves out what it would add by itself.
        var unwanted = [
            Line(name: "Accept", value: "", mark: ":"), Line(name: "Content-Type", value: "", mark: ":"),
            Line(name: "Expect", value: "", mark: ":"),
        ]
        for field in fields {
            try HeaderField.check(field)
            if HeaderField.framing.contains(where: { HeaderField.isSame($0, field.name) }) { continue }
            unwanted.removeAll { HeaderField.isSame($0.name, field.name) }
            // In libcurl's way of saying it a semicolon stands for an empty value.
            let isBlank = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            lines.append(Line(name: field.name, value: isBlank ? "" : field.value, mark: isBlank ? ";" : ": "))
        }
        if !keepsDefaults || lines.isEmpty { lines += unwanted }

        let listBytes = unsafe lines.count * MemoryLayout<curl_slist>.stride
        let lineBytes = lines.reduce(0) { $0 + $1.count }
        let memory = unsafe UnsafeMutableRawBufferPointer.allocate(
            byteCount: listBytes + lineBytes + bytes.count, alignment: MemoryLayout<curl_slist>.alignment)
        let list = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<listBytes])
            .bindMemory(to: curl_slist.self)
        var rest = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[listBytes...])
        for index in lines.indices {
            let text = unsafe rest.baseAddress?.assumingMemoryBound(to: CChar.self)
            unsafe rest = lines[index].write(to: rest)
            let next = unsafe index + 1 < lines.count ? list.baseAddress.map { unsafe $0 + index + 1 } : nil
            unsafe list.initializeElement(at: index, to: curl_slist(data: text, next: next))
        }
        unsafe rest.copyBytes(from: bytes)
        // There are always lines: libcurl's additions are given or unwanted, and `Expect` is always unwanted.
        guard let first = list.baseAddress, let start = rest.baseAddress else {
            unsafe memory.deallocate()
            throw .badRequest(detail: "there is no memory for it")
        }
        unsafe headers = first
        unsafe body = UnsafeRawPointer(start)
        bodyCount = bytes.count
        unsafe self.memory = memory
    }

    deinit { unsafe memory.deallocate() }

    /// A field in libcurl's notation.
    private struct Line {
        let name: String
        let value: String
        /// What stands between the two.
        let mark: String

        /// With its final zero.
        var count: Int { name.utf8.count + mark.utf8.count + value.utf8.count + 1 }

        /// Writes it with its final zero; what is left of the memory.
        func write(to memory: UnsafeMutableRawBufferPointer) -> UnsafeMutableRawBufferPointer {
            var rest = unsafe memory
            for part in [name, mark, value] {
                unsafe rest.copyBytes(from: part.utf8)
                unsafe rest = UnsafeMutableRawBufferPointer(rebasing: rest[part.utf8.count...])
            }
            unsafe rest[0] = 0
            return unsafe UnsafeMutableRawBufferPointer(rebasing: rest[1...])
        }
    }
}
