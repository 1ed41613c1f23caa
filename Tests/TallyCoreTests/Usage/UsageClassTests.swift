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
                "characters", "requests", "web_searches", "search_units", "billable_units",
            ])
        #expect(UsageClass.allCases.count == UsageClass.count)
        #expect(UsageClass.allCases.map(\.rawValue) == Array(0..<UsageClass.count))
        for usageClass in UsageClass.allCases { #expect(UsageClass(name: usageClass.name) == usageClass) }
        for name in ["", "Input", "tokens", "input ", "cacheRead"] { #expect(UsageClass(name: name) == nil) }
    }

    @Test(arguments: ["events", "usage_by_quarter"])
    func theColumnsOfATableStandInTheOrderOfTheClasses(_ table: String) throws {
        let migration = try Repository.text("migrations/0001_foundation.sql")
        let start = try #require(migration.range(of: "CREATE TABLE \(table) ("))
        let body = migration[start.upperBound...].prefix { $0 != ";" }
        let names = Set(UsageClass.names)
        let columns = body.split(separator: "\n").compactMap { line in
            line.split(separator: " ").first.map(String.init).flatMap { names.contains($0) ? $0 : nil }
        }
        #expect(columns == UsageClass.names)
    }

    /// I6: the class one is billed as without a price of its own.
    @Test func parentsAreThoseOfTheDesign() {
        let parents: [UsageClass: UsageClass] = [
            .cacheWrite1h: .cacheWrite5m, .cacheWrite5m: .input, .cacheWrite12h: .cacheWrite30m,
            .cacheWrite30m: .input, .cacheRead: .input, .inputAudio: .input, .inputImage: .input, .inputVideo: .input,
            .reasoning: .output, .outputAudio: .output, .outputImage: .output, .outputVideo: .output,
        ]
        for usageClass in UsageClass.allCases { #expect(usageClass.parent == parents[usageClass], "\(usageClass)") }
    }

    @Test func tokensInputsPartsAndFractions() {
        let tokens = UsageClass.allCases.filter(\.isToken)
        #expect(tokens.first == .input && tokens.last == .outputVideo && tokens.count == 14)
        let inputs = UsageClass.allCases.filter(\.isInputToken)
        #expect(inputs.first == .input && inputs.last == .inputVideo && inputs.count == 9)
        #expect(UsageClass.allCases.filter(\.isPart) == [.reasoning])
        #expect(
            UsageClass.allCases.filter { $0.storedPerUnit == 1_000_000 }
                == [.megapixels, .audioSeconds, .videoSeconds, .computeSeconds])
        #expect(UsageClass.allCases.filter { $0.storedPerUnit == 1 }.count == 20)
        #expect(UsageClass.allCases.filter { $0.defaultBatch == 1_000_000 } == tokens + [.characters])
    }
}
