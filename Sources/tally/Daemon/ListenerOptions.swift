internal import ArgumentParser

/// Where the daemon listens.
struct ListenerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The address of the metering proxy (default: 127.0.0.1:4000); port 0 takes a free one.",
            valueName: "host:port"))
    var proxyListen: String?

    @Option(
        help: ArgumentHelp(
            "The address of the report API (default: 127.0.0.1:4001); port 0 takes a free one.",
            valueName: "host:port"))
    var apiListen: String?
}
