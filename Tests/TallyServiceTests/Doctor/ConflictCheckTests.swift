import TallyCore
import Testing

@testable import TallyService

/// What doctor says of sources that contradict each other.
struct ConflictCheckTests {
    private struct Source: MergeConflictSource {
        let count: Int

        func mergeConflicts(limit: Int) async throws -> MergeConflicts {
            let event = EventIdentity(high: 1, low: 2)
            let conflict = MergeConflict(
                event: event, time: .earliestEvent, field: .usage,
                kept: MergeConflict.Side(source: "proxy", form: "proxy", value: "input 5"),
                refused: MergeConflict.Side(source: "gateway", form: "litellm", value: "input 7"),
                notedAt: .earliestEvent)
            return MergeConflicts(count: count, latest: Array(repeating: conflict, count: min(count, limit)))
        }
    }

    @Test func noneIsAsItShouldBe() async {
        let findings = await Doctor([("conflicts", Doctor.conflicts(Source(count: 0)))]).findings()
        #expect(findings.map(\.state) == [.ok])
    }

    @Test func allAreCountedAndTheLatestNamed() async {
        let findings = await Doctor([("conflicts", Doctor.conflicts(Source(count: 12)))]).findings()
        #expect(findings.count == 11 && findings.allSatisfy { $0.state == .warning })
        #expect(
            findings.first?.detail == "12 contradictions between the sources of calls; the latest 10 are named")
        let event = EventIdentity(high: 1, low: 2)
        #expect(findings.last?.check == "conflict usage")
        #expect(
            findings.last?.detail
                == "event \(event): proxy: input 5 is kept, gateway (litellm): input 7 is not")
        #expect(findings.last?.mend == "see `tally explain \(event)`")
    }

    @Test func oneIsNamed() async {
        let findings = await Doctor([("conflicts", Doctor.conflicts(Source(count: 1)))]).findings()
        #expect(findings.first?.detail == "1 contradiction between the sources of calls")
        #expect(findings.count == 2)
    }
}
