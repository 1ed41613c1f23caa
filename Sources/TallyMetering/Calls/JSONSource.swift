internal import FastJSON

/// Finds places in the text of a JSON object that has been parsed, which a parsed document has no more.
///
/// The text must be that of a valid document; of other text some place within its bounds comes out, or none. It is
/// borrowed: places are found only as long as it is there.
@safe
struct JSONSource {
    private let text: UnsafeRawBufferPointer
    private let count: Int
    /// Where the object begins.
    private let start: Int

    /// The object that begins at some place or behind the white space there; `nil` when none does.
    init?(_ text: UnsafeRawBufferPointer, from place: Int = 0) {
        unsafe self.text = text
        count = text.count
        var start = place
        while start < text.count, unsafe UInt8.isJSONSpace(text[start]) { start += 1 }
        guard start < text.count, unsafe text[start] == UInt8(ascii: "{") else { return nil }
        self.start = start
    }

    /// The place behind the opening brace.
    var inside: Int { start + 1 }

    /// The object that begins at some place of the same text.
    func object(at place: Int) -> JSONSource? { unsafe JSONSource(text, from: place) }

    /// The range of the value of a member, by its number from 0 in the order of the text.
    func value(ofMember number: Int) -> Range<Int>? {
        var member = member(behind: nil)
        for _ in 0..<number { member = member.flatMap { self.member(behind: $0) } }
        return member?.value
    }

    /// What is to be taken out so that the object lacks its first member of some name whose value is `null`: the member
    /// with the comma before it, or of the first one with the comma behind it.
    func removal(ofNull name: StaticString) -> Range<Int>? {
        var current = member(behind: nil)
        while let member = current {
            current = self.member(behind: member)
            guard text(member.name) == name, text(member.value) == "null" else { continue }
            if let comma = member.comma { return comma..<member.value.upperBound }
            return (member.name.lowerBound - 1)..<(current.map { $0.name.lowerBound - 1 } ?? member.value.upperBound)
        }
        return nil
    }

    private struct Member {
        /// Where the comma stands before it; `nil` of the first.
        let comma: Int?
        /// The name as it is written, between its quotes.
        let name: Range<Int>
        let value: Range<Int>
    }

    /// The member that follows another, or the first.
    private func member(behind previous: Member?) -> Member? {
        var comma: Int?
        var place = inside
        if let previous {
            place = skipSpace(previous.value.upperBound)
            guard byte(place) == UInt8(ascii: ",") else { return nil }
            comma = place
            place += 1
        }
        place = skipSpace(place)
        guard byte(place) == UInt8(ascii: "\"") else { return nil }
        let end = skipString(place)
        let colon = skipSpace(end)
        guard byte(colon) == UInt8(ascii: ":") else { return nil }
        let first = skipSpace(colon + 1)
        return Member(comma: comma, name: place + 1..<end - 1, value: first..<skipValue(first))
    }

    private func text(_ range: Range<Int>) -> JSONText {
        unsafe JSONText(utf8: UnsafeRawBufferPointer(rebasing: text[range]))
    }

    /// The byte at a place; 0, which stands in no valid text, behind the end.
    private func byte(_ place: Int) -> UInt8 {
        place < count ? unsafe text[place] : 0
    }

    private func skipSpace(_ place: Int) -> Int {
        var place = place
        while UInt8.isJSONSpace(byte(place)) { place += 1 }
        return place
    }

    /// The place behind the string that begins at a place.
    private func skipString(_ place: Int) -> Int {
        var place = place + 1
        while place < count {
            switch byte(place) {
            case UInt8(ascii: "\""): return place + 1
            case UInt8(ascii: "\\"): place += 2
            default: place += 1
            }
        }
        return count
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
        } while depth > 0 && place < count
        return place
    }

    private func skipScalar(_ first: Int) -> Int {
        var place = first
        while place < count {
            switch byte(place) {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x0a, 0x0d, 0x09: return place
            default: place += 1
            }
        }
        return place
    }
}
