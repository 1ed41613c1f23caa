/// The model that a path names, where its API has it there and not in the body.
package enum ModelInPath {
    static func model(_ exchange: Exchange) -> String? {
        model(path: exchange.barePath)
    }

    /// The model that a path names, without its query; `nil` when it names none.
    package static func model(path: some StringProtocol) -> String? {
        let path = Substring(path)
        if path.isEmpty { return nil }
        let name: Substring?
        if let rest = path.after("/models/") {
            // Google's has what is to be done behind a colon.
            let colon = rest.contains("/") ? nil : rest.lastIndex(of: ":")
            name = colon.map { rest[..<$0] } ?? ownedName(rest)
        } else if let rest = path.after("/model/"), let slash = rest.firstIndex(of: "/") {
            name = rest[..<slash]
        } else if let rest = path.after("/deployments/"), let slash = rest.firstIndex(of: "/") {
            name = rest[..<slash]
        } else {
            name = nil
        }
        guard let name, !name.isEmpty else { return nil }
        return try? FieldReader.text(decoded(name), field: "path")
    }

    /// The model of Hugging Face or Replicate, `owner/name` or a bare name of the early days, and not what follows it.
    private static func ownedName(_ rest: Substring) -> Substring? {
        let words = rest.split(separator: "/", maxSplits: 2)
        let isOwned = words.count > 1 && !["pipeline", "v1", "predictions"].contains(words[1])
        return isOwned ? Substring("\(words[0])/\(words[1])") : words.first
    }

    /// A name without its percent-encoding, such as that of a colon in Amazon's; what is no such encoding stays.
    private static func decoded(_ name: Substring) -> String {
        if !name.utf8.contains(UInt8(ascii: "%")) { return String(name) }
        var bytes: [UInt8] = []
        var rest = name.utf8
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, digits.first != UInt8(ascii: "+"),
                digits.first != UInt8(ascii: "-"), let value = UInt8(Substring(digits), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Substring {
    /// What follows the first occurrence of some text.
    fileprivate func after(_ text: String) -> Substring? {
        var rest = self
        while let start = rest.firstIndex(of: "/") {
            if rest[start...].hasPrefix(text) { return rest[start...].dropFirst(text.count) }
            rest = rest[rest.index(after: start)...]
        }
        return nil
    }
}
