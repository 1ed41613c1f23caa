import TallyConfig
import TallyCore
import Testing

struct PriceTableTests {
    private func file(_ biller: String, _ amount: String, aliases: String = "{}") -> String {
        """
        provider_aliases: \(aliases)
        prices:
          - { biller: \(biller), model: m, source: s, prices: { input: \(amount) } }
        """
    }

    private func cost(_ table: PriceTable, _ biller: String) throws -> String? {
        let book = try table.makeBook()
        let name = book.aliases.canonical(biller)
        var usage = UsageBuckets()
        usage[.input] = 1_000_000
        guard let listing = book.listing(biller: name, provider: name, model: "m") else { return nil }
        return book.charge(listing, usage: usage, at: Instant(microseconds: 0), serviceTier: nil).cost?.description
    }

    @Test func theLaterTableWins() throws {
        let first = try PriceFile.parse(file("a", "1"), name: "1.yaml")
        let second = try PriceFile.parse(file("a", "2"), name: "2.yaml")
        #expect(first.appending(second).prices.count == 2)
        #expect(try cost(first.appending(second), "a") == "2.00")
        #expect(try cost(second.appending(first), "a") == "1.00")
    }

    @Test func laterSpellingsReachEarlierPrices() throws {
        let first = try PriceFile.parse(file("acme-ai", "1"), name: "1.yaml")
        let second = try PriceFile.parse("provider_aliases: { acme: [acme-ai] }", name: "2.yaml")
        let table = first.appending(second)
        #expect(table.prices.map(\.biller) == ["acme"])
        #expect(try cost(table, "ACME-AI") == "1.00")
        #expect(table.prices.map(\.id) == (try PriceFile.parse(file("acme", "1"), name: "3.yaml").prices.map(\.id)))
    }

    @Test func spellingsOfSpellingsAreFollowed() throws {
        let first = try PriceFile.parse(file("b", "1", aliases: "{ b: [c] }"), name: "1.yaml")
        let second = try PriceFile.parse("provider_aliases: { a: [b] }", name: "2.yaml")
        let table = first.appending(second)
        for name in ["a", "b", "c"] { #expect(table.aliases.canonical(name) == "a") }
        #expect(try cost(table, "c") == "1.00")
        let circle = first.appending(try PriceFile.parse("provider_aliases: { c: [b] }", name: "3.yaml"))
        #expect(circle.aliases.canonical("c") == circle.aliases.canonical("b"))
    }

    @Test func filesShareTheShippedSpellings() throws {
        let folder = try TemporaryFolder()
        let one = try folder.write("1.yaml", file("fireworks-ai", "1"))
        let two = try folder.write("2.yaml", file("fireworks", "2"))
        let table = try PriceTable.load([one, two])
        #expect(table.prices.map(\.biller) == ["fireworks", "fireworks"])
        #expect(try cost(table, "fireworks-ai") == "2.00")
        #expect(try PriceTable.load([]).prices.isEmpty)
    }

    @Test func namesTheFileThatCannotBeRead() throws {
        let folder = try TemporaryFolder()
        let missing = folder.path + "/none.yaml"
        #expect {
            try PriceTable.load([missing])
        } throws: { error in
            "\(error)" == "\(missing): the file cannot be read (there is no such file); check its path and permissions"
        }
        #expect {
            try PriceTable.load([folder.path])
        } throws: { error in
            "\(error)".hasPrefix("\(folder.path): the file cannot be read (")
        }
        let binary = try folder.write("b.yaml", bytes: [0x70, 0xff, 0xfe])
        #expect {
            try PriceTable.load([binary])
        } throws: { error in
            "\(error)" == "\(binary): the file is not UTF-8; save it as plain UTF-8 text"
        }
    }
}
