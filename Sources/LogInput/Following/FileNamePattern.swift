/// A pattern for one name in a path: `*` any characters, `?` one, `[a-z]` and `[!a-z]` one of some or none of them; a
/// backslash takes the next character as it is.
struct FileNamePattern {
    private enum Piece {
        case character(Character)
        case any
        case anySequence
        case set(Set<Character>, ranges: [ClosedRange<Character>], isNegated: Bool)
    }

    /// The text, when it is no pattern but a name.
    let literal: String?
    private let pieces: [Piece]

    init(_ text: Substring) {
        var pieces: [Piece] = []
        var name = ""
        var isLiteral = true
        var rest = text
        while let character = rest.popFirst() {
            switch character {
            case "*":
                isLiteral = false
                if case .anySequence? = pieces.last {} else { pieces.append(.anySequence) }
            case "?":
                isLiteral = false
                pieces.append(.any)
            case "[":
                if let set = Self.set(&rest) {
                    isLiteral = false
                    pieces.append(set)
                } else {
                    pieces.append(.character("["))
                    name.append("[")
                }
            case "\\":
                let next = rest.popFirst() ?? "\\"
                pieces.append(.character(next))
                name.append(next)
            default:
                pieces.append(.character(character))
                name.append(character)
            }
        }
        self.pieces = pieces
        literal = isLiteral ? name : nil
    }

    /// Whether a name is of the pattern; a hidden one only where the pattern begins with its dot.
    func matches(_ name: String) -> Bool {
        if name.hasPrefix(".") {
            guard case .character(".")? = pieces.first else { return false }
        }
        let name = Array(name)
        var place = 0
        var piece = 0
        // Where to go on after one more character is given to the last sequence: time is bounded by the product.
        var retry: (place: Int, piece: Int)?
        while place < name.count {
            if piece < pieces.count, case .anySequence = pieces[piece] {
                piece += 1
                retry = (place, piece)
            } else if piece < pieces.count, Self.matches(pieces[piece], name[place]) {
                piece += 1
                place += 1
            } else if let last = retry {
                retry = (last.place + 1, last.piece)
                (place, piece) = (last.place + 1, last.piece)
            } else {
                return false
            }
        }
        while piece < pieces.count, case .anySequence = pieces[piece] { piece += 1 }
        return piece == pieces.count
    }

    private static func matches(_ piece: Piece, _ character: Character) -> Bool {
        switch piece {
        case .character(let own): own == character
        case .any: true
        case .anySequence: false
        case .set(let characters, let ranges, let isNegated):
            (characters.contains(character) || ranges.contains { $0.contains(character) }) != isNegated
        }
    }

    /// Reads a set behind its opening bracket; `nil`, with nothing taken, when it never closes.
    private static func set(_ rest: inout Substring) -> Piece? {
        var inside = rest
        var isNegated = false
        if inside.first == "!" || inside.first == "^" {
            isNegated = true
            inside.removeFirst()
        }
        var characters: [Character] = []
        var ranges: [ClosedRange<Character>] = []
        var isFirst = true
        while let character = inside.popFirst() {
            if character == "]", !isFirst {
                rest = inside
                return .set(Set(characters), ranges: ranges, isNegated: isNegated)
            }
            isFirst = false
            let end = inside.dropFirst().first
            if inside.first == "-", let end, end != "]", character <= end {
                inside.removeFirst(2)
                ranges.append(character...end)
            } else {
                characters.append(character)
            }
        }
        return nil
    }
}
