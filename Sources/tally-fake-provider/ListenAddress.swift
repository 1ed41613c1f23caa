internal import ArgumentParser

/// A host and a port.
struct ListenAddress: ExpressibleByArgument {
    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...])
        else { return nil }
        let host = argument[..<colon]
        guard !host.isEmpty else { return nil }
        self.init(host: String(host.trimmingPrefix("[").prefix { $0 != "]" }), port: Int(port))
    }

    var defaultValueDescription: String { "\(host):\(port)" }
}
