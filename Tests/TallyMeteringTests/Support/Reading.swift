import FastJSON
import TallyMetering

/// What is read of a body that came whole.
func read(_ body: String, _ exchange: Exchange = Exchange()) throws -> ResponseUsage {
    try JSONParser().withDocument(body) { .read($0, of: exchange) }
}

/// What is read of a body whose flavor somebody has named.
func read(_ body: String, as flavor: APIFlavor, of provider: String) throws -> ResponseUsage {
    try read(body, Exchange(flavor: flavor, provider: provider))
}
