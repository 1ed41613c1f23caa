/// What of the answer of `tally import --format json` is shown.
struct ImportResult: Decodable {
    /// Where the time went; the parts overlap.
    struct Seconds: Decodable {
        let parse: Double
        let price: Double
        let load: Double
    }

    let stored: Int
    let seconds: Seconds
}
