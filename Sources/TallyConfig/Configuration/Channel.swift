internal import TallyCore

/// Where alerts go.
package struct Channel: Sendable, Hashable {
    /// Its name in `channels`, or the short form it was written in.
    package let name: String
    /// How it is reached.
    package let destination: Destination

    /// The ways to deliver an alert.
    package enum Destination: Sendable, Hashable {
        /// A signed JSON request.
        case webhook(Address)
        /// A request of the shape Slack's incoming webhooks take.
        case slack(Address)
        /// A mail to an address.
        case mail(to: String)
        /// A program that reads the alert from its standard input.
        case command(path: String)
    }

    /// An address, or the environment variable that holds it.
    package enum Address: Sendable, Hashable {
        /// The address itself.
        case url(String)
        /// The name of the environment variable.
        case environment(String)
    }

    static let keys = ["kind", "url_env", "url", "to", "command"]
    private static let kinds = ["webhook", "slack", "mailto", "command"]
    private static let shortForms = "webhook:URL, slack:URL, mailto:ADDRESS or command:PATH"

    /// Reads a short form: `webhook:URL`, `slack:URL`, `mailto:ADDRESS`, `command:PATH`; `nil` for anything else.
    package init?(shortForm text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let value = String(text[text.index(after: colon)...])
        switch text[..<colon] {
        case "webhook" where httpAuthority(value) != nil: destination = .webhook(.url(value))
        case "slack" where httpAuthority(value) != nil: destination = .slack(.url(value))
        case "mailto" where Self.isMailAddress(value): destination = .mail(to: value)
        case "command" where !value.isEmpty: destination = .command(path: value)
        default: return nil
        }
        name = text
    }

    /// Reads one entry of `channels`: a mapping, or a short form.
    init(name: String, node: SettingsNode) throws(ConfigError) {
        let path = "channels.\(name)"
        if case .text(let text) = node.value {
            guard let short = Channel(shortForm: text) else {
                throw node.place.error("\(path) is not a channel", mend: "write \(Self.shortForms)")
            }
            self.name = name
            destination = short.destination
            return
        }
        let settings = try SettingsMapping(node, name: path, known: Self.keys)
        let kind = try settings.requiredText("kind", mend: "write one of \(Self.kinds.joined(separator: ", "))")
        let used: [String]
        switch kind {
        case "webhook":
            destination = .webhook(try Self.address(settings))
            used = ["url", "url_env"]
        case "slack":
            destination = .slack(try Self.address(settings))
            used = ["url", "url_env"]
        case "mailto":
            destination = .mail(to: try Self.recipient(settings))
            used = ["to"]
        case "command":
            destination = .command(path: try settings.requiredText("command", mend: "write the program's path"))
            used = ["command"]
        default:
            throw (settings.node("kind")?.place ?? settings.place).error(
                "\(path).kind \(quoted(kind)) is not a kind of channel",
                mend: NearestName.mend(for: kind, among: Self.kinds))
        }
        for entry in settings.entries where entry.key != "kind" && !used.contains(entry.key) {
            if settings.node(entry.key) == nil { continue }
            throw entry.place.error(
                "\(path).\(entry.key) does not belong to a channel of kind \(kind)",
                mend: "remove it; \(kind) takes \(used.joined(separator: " or "))")
        }
        self.name = name
    }

    private static func address(_ settings: SettingsMapping) throws(ConfigError) -> Address {
        let url = try settings.text("url")
        let variable = try settings.environmentVariable("url_env")
        switch (url, variable) {
        case (let url?, nil):
            // An address like this is a credential, so it is not repeated.
            if httpAuthority(url) == nil {
                throw (settings.node("url")?.place ?? settings.place).error(
                    "\(settings.prefix)url is not an http or https address", mend: "write 'https://HOST/PATH'")
            }
            return .url(url)
        case (nil, let variable?):
            return .environment(variable)
        case (nil, nil):
            throw settings.place.error(
                "\(settings.prefix)url_env is missing", mend: "name the environment variable that holds the address")
        case (_?, _?):
            throw settings.place.error(
                "\(settings.prefix)url and url_env are both there", mend: "keep one of the two")
        }
    }

    private static func recipient(_ settings: SettingsMapping) throws(ConfigError) -> String {
        let address = try settings.requiredText("to", mend: "write the mail address")
        if isMailAddress(address) { return address }
        throw (settings.node("to")?.place ?? settings.place).error(
            "\(settings.prefix)to \(quoted(address)) is not a mail address", mend: "write 'to: NAME@HOST'")
    }

    private static func isMailAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty
            && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ",") }
    }
}
