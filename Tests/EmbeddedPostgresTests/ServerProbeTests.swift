import CProcess
import Testing

@testable import EmbeddedPostgres

struct ServerProbeTests {
    @Test(arguments: [
        (CPROCESS_ANSWER_ABSENT.rawValue, "", ServerProbe.Answer.absent),
        (CPROCESS_ANSWER_SILENT.rawValue, "", .notYet),
        (CPROCESS_ANSWER_WELCOME.rawValue, "", .ready),
        (CPROCESS_ANSWER_REFUSAL.rawValue, "57P03", .notYet),
        (CPROCESS_ANSWER_REFUSAL.rawValue, "53300", .ready),
        (CPROCESS_ANSWER_REFUSAL.rawValue, "3D000", .foreign(sqlState: "3D000")),
    ])
    func answerIsInterpreted(raw: UInt32, sqlState: String, answer: ServerProbe.Answer) {
        #expect(ServerProbe.interpret(cprocess_answer(rawValue: raw), sqlState: sqlState) == answer)
    }

    @Test func nobodyListensWhereNothingIs() {
        let (answer, listener) = ServerProbe(socket: "/nowhere/socket").ask()
        #expect(answer == .absent && listener == 0)
    }
}
