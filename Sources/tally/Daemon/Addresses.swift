internal import ArgumentParser
internal import TallyConfig
internal import TallyService

/// Where the daemon is to listen: what the command line says before what the settings say.
struct Addresses {
    /// The report API.
    let api: ListenAddress
    /// The metering proxy.
    let proxy: ListenAddress

    init(_ options: ListenerOptions, _ configuration: Configuration) throws {
        api = try Self.address("--api-listen", options.apiListen) ?? configuration.api.listen
        proxy = try Self.address("--proxy-listen", options.proxyListen) ?? configuration.proxy.listen
    }

    /// Refuses addresses that others can reach while there is no key they could be asked for.
    ///
    /// - Parameter keys: The live keys.
    /// - Throws: `CommandFailure` with the mend.
    func check(keys: KeyRing) throws {
        for (option, address) in [("--api-listen", api), ("--proxy-listen", proxy)] where !address.isLoopback {
            if keys.hasKeys { continue }
            let mend =
                keys.isKnown
                ? "there is no key yet: make one with `tally keys create --scope read`, or listen on 127.0.0.1 or [::1]"
                : "the keys are not known while the database is away: try again when it answers"
            throw CommandFailure("\(option): \(address) is not a loopback address, and \(mend)")
        }
    }

    private static func address(_ option: String, _ text: String?) throws -> ListenAddress? {
        guard let text else { return nil }
        guard let address = ListenAddress(text) else {
            throw ValidationError("\(option): \"\(text)\" is no address; write HOST:PORT, such as 127.0.0.1:4001")
        }
        return address
    }
}
