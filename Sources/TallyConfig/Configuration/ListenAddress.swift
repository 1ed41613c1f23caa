/// Where a listener listens: `HOST:PORT`.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host name, an IPv4 address, or an IPv6 address without brackets.
    package let host: String
    /// The port; 0 takes a free one.
    package let port: Int

    /// The longest host name there is.
    private static let maximumHostBytes = 253

    /// Reads `127.0.0.1:4000`, `localhost:0` or `[::1]:4001`; `nil` for anything else, a missing host or port included.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.count <= 5, digits.utf8.allSatisfy(Self.isDigit), let port = Int(digits),
            port <= 65535
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]") else { return nil }
            host = host.dropFirst().dropLast()
            guard host.contains(":"), host.utf8.allSatisfy(Self.isIPv6Byte) else { return nil }
        } else {
            guard host.utf8.allSatisfy(Self.isHostByte) else { return nil }
            let isNumeric = host.utf8.allSatisfy { Self.isDigit($0) || $0 == UInt8(ascii: ".") }
            if isNumeric, Self.octets(host) == nil { return nil }
        }
        guard !host.isEmpty, host.utf8.count <= Self.maximumHostBytes else { return nil }
        self.host = String(host)
        self.port = port
    }

    /// Whether only this machine can reach it.
    ///
    /// A name other than `localhost` is taken to be reachable from elsewhere.
    package var isLoopback: Bool {
        if let octets = Self.octets(host[...]) { return octets[0] == 127 }
        return host == "::1" || host.lowercased() == "localhost"
    }

    /// `HOST:PORT`, with brackets around an IPv6 address.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private static func octets(_ host: Substring) -> [Int]? {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let octets = parts.compactMap { part -> Int? in
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(isDigit) else { return nil }
            return Int(part).flatMap { $0 < 256 ? $0 : nil }
        }
        return octets.count == 4 ? octets : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(byte)
    }

    /// Digits, colons, the dots of an embedded IPv4 address, and a zone behind `%`.
    private static func isIPv6Byte(_ byte: UInt8) -> Bool {
        isHostByte(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "%")
    }
}
