/// Bytes in a gzip container, stored rather than compressed (RFC 1952, RFC 1951 3.2.4).
func gzip(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    var rest = bytes[...]
    repeat {
        let block = rest.prefix(0xFFFF)
        rest = rest.dropFirst(block.count)
        output.append(rest.isEmpty ? 1 : 0)
        output += littleEndian(UInt32(block.count), bytes: 2)
        output += littleEndian(~UInt32(block.count), bytes: 2)
        output += block
    } while !rest.isEmpty
    return output + littleEndian(checksum(bytes), bytes: 4) + littleEndian(UInt32(bytes.count), bytes: 4)
}

private func littleEndian(_ value: UInt32, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
}

/// The cyclic redundancy check of RFC 1952.
private func checksum(_ bytes: [UInt8]) -> UInt32 {
    var check = UInt32.max
    for byte in bytes {
        check ^= UInt32(byte)
        for _ in 0..<8 { check = check & 1 == 1 ? (check >> 1) ^ 0xEDB8_8320 : check >> 1 }
    }
    return ~check
}
