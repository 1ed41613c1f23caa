import Testing

@testable import TallyCore

/// I3: two records that say different things never have one identity by the way their bytes are laid out.
struct IdentityRecordTests {
    /// A field of a record.
    private enum Field: Hashable, CustomStringConvertible {
        case text(String?)
        case integer(Int64?)
        case money(Int128?)
        case usage([Int64?]?)

        var description: String {
            switch self {
            case .text(let text): "text \(text ?? "nil")"
            case .integer(let value): "integer \(value.map(String.init) ?? "nil")"
            case .money(let value): "money \(value.map { String($0) } ?? "nil")"
            case .usage(let counts): "usage \(counts.map { "\($0)" } ?? "nil")"
            }
        }
    }

    private func bytes(_ kind: StaticString, _ fields: [Field]) -> [UInt8] {
        var record = IdentityRecord()
        record.reset(kind)
        for field in fields {
            switch field {
            case .text(let text): record.append(text)
            case .integer(let value): record.append(value)
            case .money(let value): record.append(value.map(Money.init(picodollars:)))
            case .usage(let counts):
                record.append(
                    counts.map { counts in
                        var usage = UsageBuckets()
                        for (usageClass, count) in zip(UsageClass.allCases, counts) { usage[usageClass] = count }
                        return usage
                    })
            }
        }
        return record.bytes
    }

    @Test func differentListsOfFieldsNeverShareTheirBytes() {
        let fields: [Field] = [
            .text(nil), .text(""), .text("\0"), .text("\0\0\0\0"), .text("\u{1}"), .text("a"), .text("ab"),
            .text("\u{8}\0\0\0\0\0\0\0\0"), .integer(nil), .integer(0), .integer(1), .integer(-1), .integer(.max),
            .money(nil), .money(0), .money(1), .money(1 << 64), .usage(nil), .usage([]), .usage([0]), .usage([nil, 0]),
        ]
        var seen: [[UInt8]: [Field]] = [[1, 107]: []]
        var lists: [[Field]] = [[]]
        for _ in 0..<3 {
            lists = lists.flatMap { list in fields.map { list + [$0] } }
            for list in lists {
                if let other = seen.updateValue(list, forKey: bytes("k", list)) {
                    Issue.record("\(list) has the bytes of \(other)")
                }
            }
        }
        #expect(seen.count == 1 + 21 + 21 * 21 + 21 * 21 * 21)
    }

    @Test func randomListsNeverShareTheirBytes() {
        let seed: UInt64 = 0x6964_656e
        var random = SeededGenerator(seed: seed)
        var seen: [[UInt8]: [Field]] = [:]
        for _ in 0..<5_000 {
            let list = (0..<Int.random(in: 0...5, using: &random)).map { _ -> Field in
                switch Int.random(in: 0..<4, using: &random) {
                case 0: .text(random.chance(20) ? nil : Self.text(&random))
                case 1: .integer(random.chance(20) ? nil : Int64(random.pick([-1, 0, 1, 255, 256, 0x0101_0101])))
                case 2: .money(random.chance(20) ? nil : Int128(random.pick([-1, 0, 1, 255, 1 << 32])))
                default: .usage(random.chance(20) ? nil : [0, 1].map { random.chance(50) ? nil : $0 })
                }
            }
            if let other = seen.updateValue(list, forKey: bytes("k", list)), other != list {
                Issue.record("seed \(seed): \(list) has the bytes of \(other)")
            }
        }
    }

    @Test func kindsKeepRecordsApart() {
        #expect(bytes("id", []) != bytes("content", []))
        #expect(bytes("a", [.text("b")]) != bytes("ab", [.text("")]))
        #expect(bytes("a", []) != bytes("", [.text("a")]))
    }

    @Test func aRecordStartedAnewForgetsTheLast() {
        var record = IdentityRecord()
        record.reset("k")
        record.append("something long before")
        record.reset("k")
        record.append("x")
        #expect(record.bytes == bytes("k", [.text("x")]))
    }

    private static func text(_ random: inout SeededGenerator) -> String {
        let scalars: [Unicode.Scalar] = ["\0", "\u{1}", "\u{2}", "\u{3}", "\u{8}", "a", "\u{e9}"]
        var text = ""
        for _ in 0..<Int.random(in: 0...12, using: &random) { text.unicodeScalars.append(random.pick(scalars)) }
        return text
    }
}
