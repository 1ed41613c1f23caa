import NIOHTTP1
import Testing

@testable import TallyService

struct CallPlanTests {
    @Test(arguments: [
        "/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/images/generations", "/v1/audio/speech",
        "/v1/audio/transcriptions", "/v1/messages", "/v1/completions", "/v1/responses/compact", "/v1/threads/t/runs",
        "/fal-ai/flux/dev", "/hf-inference/models/a/b", "/v1beta/models/gemini-3:generateContent", "", "/",
        "/v1/model/x/invoke", "/anything/at/all",
        // A model or a deployment may have the name of an endpoint.
        "/models/organization/model", "/hf-inference/models/files", "/openai/deployments/evals/chat/completions",
        "/openai/deployments/files/chat/completions", "/models/batches/x/v1/chat/completions",
        "/hf-inference/models/org/tokenize",
        // What an upstream may take for another path is never taken for an endpoint that costs nothing.
        "/v1/files/../chat/completions", "/v1/files/./../chat/completions", "/v1/files/%2e%2e/chat/completions",
        "/v1/files/..%2Fchat%2Fcompletions", "/v1/files\\..\\chat", "/v1/files;x/../chat/completions",
        "/v1/files#/../chat", "/v1/f%69les/x",
    ])
    func aPostCallsAModel(path: String) {
        #expect(CallPlan.callsModel(.POST, path: path))
    }

    @Test(arguments: [
        "/v1/files", "/v1/files/", "/v1//files", "/v1/uploads/u/parts", "/v1/batches", "/v1/batches/b/cancel",
        "/v1/fine_tuning/jobs", "/v1/fine-tunes", "/v1/vector_stores/v/files", "/v1/assistants", "/v1/containers",
        "/v1/evals/e/runs", "/v1/organization/projects", "/v1/messages/count_tokens", "/v1/messages/batches",
        "/v1/messages/batches/m/cancel", "/v1/responses/r/cancel", "/v1/responses/input_tokens", "/tokenize",
        "/v1/detokenize", "/files", "/openai/files", "/openai/v1/files", "/together/v1/files/upload",
        "/v1beta/openai/batches", "/predictions/p/cancel", "/models/gemini-3:countTokens",
    ])
    func aPostThatManagesCallsNone(path: String) {
        #expect(!CallPlan.callsModel(.POST, path: path))
    }

    @Test(arguments: [
        HTTPMethod.GET, .HEAD, .DELETE, .PUT, .PATCH, .OPTIONS, .RAW(value: "post"), .RAW(value: "QUERY"),
    ])
    func otherMethodsCallNone(method: HTTPMethod) {
        #expect(!CallPlan.callsModel(method, path: "/v1/chat/completions"))
    }
}
