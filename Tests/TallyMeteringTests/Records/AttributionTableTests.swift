import FastJSON
import TallyCore
import Testing

@testable import TallyMetering

struct AttributionTableTests {
    /// Keys of so many users, in all of four projects.
    private func keys(users: Int) throws -> [EventParts.ChargedIDs] {
        var interner = StringInterner()
        func id(_ name: String) throws -> NameID {
            try JSONParser().withDocument("\"\(name)\"") { try interner.id(of: #require($0.text), field: "name") }
        }
        let projects = try (0..<4).map { try id("project \($0)") }
        return try (0..<users).flatMap { number in
            let user = try id("user \(number)")
            return projects.map { EventParts.ChargedIDs(project: $0, user: user) }
        }
    }

    @Test func findsEachAttributionByItsKeyAlone() throws {
        let keys = try keys(users: 300)
        var table = AttributionTable(capacity: keys.count)
        for (number, key) in keys.enumerated() {
            #expect(table[key] == nil)
            table.remember(Attribution(user: String(number)), of: key)
        }
        for (number, key) in keys.enumerated() { #expect(table[key]?.user == String(number)) }
        #expect(table[EventParts.ChargedIDs()] == nil)
        table.removeAll()
        #expect(keys.allSatisfy { table[$0] == nil })
    }

    @Test func startsAnewWhenItIsFull() throws {
        let keys = try keys(users: 10)
        var table = AttributionTable(capacity: 25)
        for (number, key) in keys.enumerated() {
            table.remember(Attribution(user: String(number)), of: key)
            #expect(table[key]?.user == String(number))
        }
        #expect(keys.count { table[$0] != nil } == keys.count - 25)
    }
}
