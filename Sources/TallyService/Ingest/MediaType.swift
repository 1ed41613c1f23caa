/// The types that `Content-Type` names.
enum MediaType {
    /// The type of a header without its parameters, in lower case.
    static func essence(_ header: String) -> String {
        let type = header.prefix { $0 != ";" }
        return type.filter { $0 != " " && $0 != "\t" }.lowercased()
    }
}
