import TallyConfig
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@testable import TallyService

/// The objects of a bucket, read once in each of their states.
@Suite(.database, .timeLimit(.minutes(5))) struct BucketReaderTests {
    private let pull: PullTesting
    private let bucket: ScriptedBucket

    init() throws {
        pull = try PullTesting(TestDatabase.current)
        bucket = try ScriptedBucket()
    }

    private func reader(batchEvents: Int = 1_000) throws -> any SourceReading {
        let configuration = try Configuration(
            text: "sources:\n  - { name: logs, kind: s3, bucket: logs, endpoint: '\(bucket.address)' }",
            path: "/etc/tally.yaml")
        let entry = try #require(try SourcePlan(configuration).entries.first)
        return entry.reader(
            SourcePlan.Surroundings(
                environment: ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s3cret"],
                rejectFolder: "/nowhere", userAgent: "tally/test", now: { PullTesting.justNow }, pause: { _ in }),
            aliases: ProviderAliases(), batchEvents: batchEvents)
    }

    private func lines(_ range: Range<Int>) -> String {
        range.map { number in
            "{\"id\":\"r\(number)\",\"time\":\"2026-03-01T00:00:00Z\",\"biller\":\"together\",\"model\":\"plain\","
                + "\"usage\":{\"input\":\(number)}}\n"
        }.joined()
    }

    private func plain(_ range: Range<Int>) -> [UInt8] { Array(lines(range).utf8) }

    @Test func everyObjectIsReadOnceInEachOfItsStates() async throws {
        bucket.put("a.jsonl", plain(0..<3))
        bucket.put("b.jsonl.gz", gzip(lines(3..<5)))
        bucket.put("c.jsonl", plain(5..<6))
        bucket.put("empty.jsonl", [])
        let reader = try reader()
        let first = try await pull.run(reader)
        #expect(first.failures.isEmpty && first.counts.stored == 6 && first.pendingBytes == 0, "\(first)")
        #expect(bucket.reads == ["a.jsonl", "b.jsonl.gz", "c.jsonl"])
        // Neither the same reader nor one after a start asks for them again.
        #expect(try await pull.run(reader).counts.read == 0)
        #expect(try await pull.run(self.reader()).counts.read == 0)
        #expect(bucket.reads.count == 3)
        // One that was written again is read from its beginning, and what it held before is there already.
        bucket.put("a.jsonl", plain(0..<8))
        let second = try await pull.run(self.reader())
        #expect(bucket.reads.dropFirst(3) == ["a.jsonl"])
        #expect(second.counts.stored == 2 && second.counts.duplicate == 6, "\(second)")
        // One that has gone and come back is read again; nothing is twice.
        bucket.remove("c.jsonl")
        _ = try await pull.run(reader)
        bucket.put("c.jsonl", plain(5..<6))
        #expect(try await pull.run(reader).counts.stored == 0)
        #expect(try await pull.events == 8)
    }

    @Test func aStartInTheMiddleOfAnObjectAddsNothingTwice() async throws {
        let all = 0..<6_000
        bucket.put("a.jsonl", plain(0..<10))
        let whole = gzip(lines(all))
        bucket.put("b.jsonl.gz", Array(whole.prefix(whole.count / 2)))
        let broken = try await pull.run(reader(batchEvents: 100))
        #expect(broken.failures.count == 1 && broken.failures[0].contains("b.jsonl.gz"), "\(broken.failures)")
        // A part of the object is in the database, and nothing says that it was read.
        let before = try await pull.events
        #expect(before > 10 && before < all.count, "\(before)")
        #expect(broken.pendingBytes == Int64(whole.count / 2))
        bucket.put("b.jsonl.gz", whole, looksTheSame: true)
        let after = try await pull.run(reader(batchEvents: 100))
        #expect(after.failures.isEmpty && after.pendingBytes == 0, "\(after)")
        #expect(after.counts.stored == all.count - before && after.counts.duplicate == before)
        #expect(try await pull.events == all.count)
        #expect(bucket.reads == ["a.jsonl", "b.jsonl.gz", "b.jsonl.gz"])
    }

    @Test func aWrongSecretNamesTheBucketAndTheMend() async throws {
        bucket.put("a.jsonl", plain(0..<3))
        bucket.refuse("SignatureDoesNotMatch")
        let refused = try await pull.run(reader())
        #expect(
            refused.failures == [
                "bucket logs: the bucket: the access key is not accepted; "
                    + "check the variables of access_key_env and secret_key_env, and the region"
            ])
        #expect(!refused.failures.joined().contains("s3cret") && bucket.reads.isEmpty)
        bucket.refuse(nil)
        #expect(try await pull.run(reader()).counts.stored == 3)
    }
}
