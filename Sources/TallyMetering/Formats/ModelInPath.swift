/// The model that a path names, where its API has it there and not in the body.
enum ModelInPath {
    static func model(_ exchange: Exchange) -> String? {
        let path = exchange.barePath
        if path.isEmpty { return nil }
        let name: Substring?
        if let rest = path.after("/hf-inference/models/") {
            // The model is `owner/name`, or a bare name of the early days.
            let words = rest.split(separator: "/", maxSplits: 2)
            let ownsName = words.count > 1 && words[1] != "pipeline" && words[1] != "v1"
            name = ownsName ? Substring("\(words[0])/\(words[1])") : words.first
        } else if let rest = path.after("/models/"), let colon = rest.lastIndex(of: ":"), !rest.contains("/") {
            name = rest[..<colon]
        } else if let rest = path.after("/model/"), let slash = rest.firstIndex(of: "/") {
            name = rest[..<slash]
        } else if let rest = path.after("/deployments/"), let slash = rest.firstIndex(of: "/") {
            name = rest[..<slash]
        } else {
            name = nil
        }
        guard let name, !name.isEmpty else { return nil }
        return try? FieldReader.text(String(name), field: "path")
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
