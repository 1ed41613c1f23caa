import Testing

@testable import TallyCore

struct NearestNameTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "abc", 3), ("model", "model", 0), ("modle", "model", 1), ("listn", "listen", 1),
        ("kitten", "sitting", 3), ("ab", "ba", 1), ("max_row", "max_rows", 1),
    ])
    func countsEdits(left: String, right: String, expected: Int) {
        #expect(NearestName.distance(left, right) == expected)
        #expect(NearestName.distance(right, left) == expected)
    }

    @Test func comparesABoundedPart() {
        let long = String(repeating: "x", count: 1_000_000)
        #expect(NearestName.distance(long, long + "y") == 0)
        #expect(NearestName.distance(long, "") == NearestName.comparedBytes)
    }

    @Test func alwaysNamesTheNearest() {
        #expect(NearestName.mend(for: "LISTEN", among: ["a", "listen"]) == "did you mean 'listen'?")
        #expect(
            NearestName.mend(for: "zzzz", among: ["alpha", "zzbeta"])
                == "the nearest known one is 'zzbeta', of alpha, zzbeta")
        #expect(NearestName.mend(for: "a", among: []) == "remove it")
    }
}
