/// Finds places in the text of a JSON object that has been parsed, which a parsed document has no more.
///
/// The text must be that of a valid document; of other text some place within its bounds comes out, or none.
struct JSONSource {
    private let text: [UInt8]
    /// Where the object begins.
    private let start: Int

    /// The object that begins at some place or behind the white space there; `nil` when none does.
    init?(_ text: [UInt8], from place: Int = 0) {
        self.text = text
        var start = place
        while start < text.count, UInt8.isJSONSpace(text[start]) { start += 1 }
        guard start < text.count, text[start] == UInt8(ascii: "{") else { return nil }
        self.start = start
    }

    /// The place behind the opening brace.
    var inside: Int { start + 1 }

    /// The object that begins at some place of the same text.
    func object(at place: Int) -> JSONSource? { JSONSource(text, from: place) }

    /// The range of the value of a member, by its number from 0 in the order of the text.
    func value(ofMember number: Int) -> Range<Int>? {
        var place = inside
        for current in 0...number {
            if current > 0 {
                place = skipSpace(place)
                guard byte(place) == UInt8(ascii: ",") else { return nil }
                place += 1
            }
            place = skipSpace(place)
            guard byte(place) == UInt8(ascii: "\"") else { return nil }
            place = skipSpace(skipString(place))
            guard byte(place) == UInt8(ascii: ":") else { return nil }
            let first = skipSpace(place + 1)
            place = skipValue(first)
            if current == number { return first..<place }
        }
        return nil
    }

    /// The byte at a place; 0, which stands in no valid text, behind the end.
    private func byte(_ place: Int) -> UInt8 {
        place < text.count ? text[place] : 0
    }

    private func skipSpace(_ place: Int) -> Int {
        var place = place
        while UInt8.isJSONSpace(byte(place)) { place += 1 }
        return place
    }

    /// The place behind the string that begins at a place.
    private func skipString(_ place: Int) -> Int {
        var place = place + 1
        while place < text.count {
            switch byte(place) {
            case UInt8(ascii: "\""): return place + 1
            case UInt8(ascii: "\\"): place += 2
            default: place += 1
            }
        }
        return text.count
    }

    private func skipValue(_ first: Int) -> Int {
        var place = first
        var depth = 0
        repeat {
            switch byte(place) {
            case UInt8(ascii: "\""):
                place = skipString(place)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default:
                if depth == 0 { return skipScalar(place) }
            }
            place += 1
        } while depth > 0 && place < text.count
        return place
    }

    private func skipScalar(_ first: Int) -> Int {
        var place = first
        while place < text.count {
            switch byte(place) {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x0a, 0x0d, 0x09: return place
            default: place += 1
            }
        }
        return place
    }
}
