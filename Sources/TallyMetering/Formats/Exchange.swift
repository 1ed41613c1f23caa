/// What is known of a call beside the body of its response.
package struct Exchange: Sendable {
    /// The shape of the body, where the caller says it: then only the fields of that shape are read, whatever the body
    /// looks like.
    package var flavor: APIFlavor?
    /// Who served, in any spelling.
    package var provider: String?
    /// Who sends the bill, in any spelling.
    package var biller: String?
    /// The path of the request, such as `/v1/chat/completions`.
    package var path: String?
    /// The headers of the response, their names in lower case.
    package var headers: [String: String]
    /// The HTTP status of the response.
    package var status: Int?
    /// How many characters the request had turned into speech, which no response says.
    package var requestCharacters: Int64?

    /// An exchange of which some is known.
    package init(
        flavor: APIFlavor? = nil, provider: String? = nil, biller: String? = nil, path: String? = nil,
        headers: [String: String] = [:], status: Int? = nil, requestCharacters: Int64? = nil
    ) {
        self.flavor = flavor
        self.provider = provider
        self.biller = biller
        self.path = path
        self.headers = headers
        self.status = status
        self.requestCharacters = requestCharacters
    }

    /// The path without its query.
    var barePath: Substring {
        guard let path else { return "" }
        guard let query = path.utf8.firstIndex(of: UInt8(ascii: "?")) else { return path[...] }
        return path[..<query]
    }
}
