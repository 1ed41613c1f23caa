import Foundation
import TallyCore
import Testing

struct UsageClassTests {
    @Test func namesAreThoseOfTheInterfaceInItsOrder() {
        #expect(
            UsageClass.allCases.map(\.name) == [
                "input", "cache_read", "cache_write_5m", "cache_write_30m", "cache_write_1h", "cache_write_12h",
                "input_audio", "input_image", "input_video", "output", "reasoning", "output_audio", "output_image",
                "output_video", "images", "megapixels", "audio_seconds", "video_seconds", "compute_seconds",
                "characters", "requests", "web_searches", "search_units", "billable_units", "cache_read_audio",
                "cache_read_image",
            ])
        #expect(UsageClass.allCases.count == UsageClass.count)
        #expect(UsageClass.allCases.map(\.rawValue) == Array(0..<UsageClass.count))
        for usageClass in UsageClass.allCases { #expect(UsageClass(name: usageClass.name) == usageClass) }
        for name in ["", "Input", "tokens", "input ", "cacheRead"] { #expect(UsageClass(name: name) == nil) }
    }

    @Test func reportsShowTheClassesOfOneKindTogether() {
        #expect(UsageClass.shown.map(\.place) == Array(0..<UsageClass.count))
        #expect(
            UsageClass.shown.prefix(5) == [.input, .cacheRead, .cacheReadAudio, .cacheReadImage, .cacheWrite5m])
        let others = UsageClass.shown.filter { $0 != .cacheReadAudio && $0 != .cacheReadImage }
        #expect(others == Array(UsageClass.allCases.prefix(24)))
    }

    @Test(arguments: ["events", "usage_by_quarter"])
    func theColumnsOfATableStandInTheOrderOfTheClasses(_ table: String) throws {
        let names = Set(UsageClass.names)
        func columns(_ file: String, from opening: String, word: Int, separator: Character) throws -> [String] {
            let migration = try Repository.text("migrations/\(file)")
            let start = try #require(migration.range(of: opening))
            return migration[start.upperBound...].prefix { $0 != ";" }.split(separator: separator).compactMap { part in
                let words = part.split(separator: " ")
                return words.count > word && names.contains(String(words[word])) ? String(words[word]) : nil
            }
        }
        let first = try columns("0001_foundation.sql", from: "CREATE TABLE \(table) (", word: 0, separator: "\n")
        let added = try columns("0003_cached_kinds.sql", from: "ALTER TABLE \(table) ", word: 2, separator: ",")
        #expect(first + added == UsageClass.names)
    }

    /// I6: the class one is billed as without a price of its own.
    @Test func parentsAreThoseOfTheDesign() {
        let parents: [UsageClass: UsageClass] = [
            .cacheWrite1h: .cacheWrite5m, .cacheWrite5m: .input, .cacheWrite12h: .cacheWrite30m,
            .cacheWrite30m: .input, .cacheRead: .input, .inputAudio: .input, .inputImage: .input, .inputVideo: .input,
            .cacheReadAudio: .cacheRead, .cacheReadImage: .cacheRead,
            .reasoning: .output, .outputAudio: .output, .outputImage: .output, .outputVideo: .output,
        ]
        for usageClass in UsageClass.allCases { #expect(usageClass.parent == parents[usageClass], "\(usageClass)") }
    }

    @Test func tokensInputsPartsAndFractions() {
        let tokens = UsageClass.shown.filter(\.isToken)
        #expect(tokens.first == .input && tokens.last == .outputVideo && tokens == Array(UsageClass.shown.prefix(16)))
        let inputs = UsageClass.shown.filter(\.isInputToken)
        #expect(inputs.first == .input && inputs.last == .inputVideo && inputs == Array(UsageClass.shown.prefix(11)))
        #expect(UsageClass.allCases.filter(\.isPart) == [.reasoning])
        #expect(
            UsageClass.allCases.filter { $0.storedPerUnit == 1_000_000 }
                == [.megapixels, .audioSeconds, .videoSeconds, .computeSeconds])
        #expect(UsageClass.allCases.filter { $0.storedPerUnit == 1 }.count == 22)
        #expect(UsageClass.shown.filter { $0.defaultBatch == 1_000_000 } == tokens + [.characters])
    }
}
