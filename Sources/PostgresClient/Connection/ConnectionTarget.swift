internal import CPostgres

/// Where a connection string leads.
package enum ConnectionTarget {
    /// The words of a connection string that say where it leads; those of credentials are not among them.
    private static let keywords: Set<String> = ["host", "hostaddr", "port", "dbname", "user", "service"]

    /// The target of a connection string, in words that hold no credential.
    ///
    /// - Parameter conninfo: Key-value pairs or an address, as libpq takes them.
    /// - Returns: Such as `dbname=tally host=db port=5432`, in the order of the words; `nil` when libpq cannot read it.
    package static func words(of conninfo: String) -> String? {
        if conninfo.utf8.contains(0) { return nil }
        guard let options = unsafe PQconninfoParse(conninfo, nil) else { return nil }
        defer { unsafe PQconninfoFree(options) }
        var words: [String] = []
        var place = 0
        // The list ends with an option without a keyword; texts live as long as the list.
        while let keyword = unsafe options[place].keyword {
            let name = unsafe String(cString: keyword)
            if keywords.contains(name), let value = unsafe options[place].val {
                words.append("\(name)=\(unsafe String(cString: value))")
            }
            place += 1
        }
        return words.sorted().joined(separator: " ")
    }
}
