internal import Foundation
internal import ProxyLoad

/// The answer to a call that cannot be recorded.
enum Refusal {
    private struct Answer: Decodable {
        struct Fault: Decodable {
            let message: String
            let type: String
            let code: String
        }

        let error: Fault
    }

    /// What is not as it should be of the answer to a call; `nil` when all is.
    static func fault(_ call: LoadCall) -> String? {
        guard call.status == 503 else { return "status \(call.status ?? 0)" }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(call.refusal)) else {
            return "no error of OpenAI's shape: \(String(decoding: call.refusal, as: UTF8.self))"
        }
        if answer.error.code != "spool_full" { return "code \(answer.error.code)" }
        return answer.error.message.isEmpty || answer.error.type.isEmpty ? "an error that says nothing" : nil
    }
}
