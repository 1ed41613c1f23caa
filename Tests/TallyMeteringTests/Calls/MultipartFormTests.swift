import FastJSON
import TallyMetering
import Testing

/// Writes forms.
struct Form {
    let boundary: String

    func text(_ fields: [(name: String, value: String)]) -> String {
        fields.map { field in
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field.name)\"\r\n\r\n\(field.value)\r\n"
        }.joined() + "--\(boundary)--\r\n"
    }
}

struct MultipartFormTests {
    private func read(_ body: [UInt8], type: String) throws -> CallRequest {
        CallRequest(body: body.span, path: "/v1/audio/transcriptions", contentType: type, parser: try JSONParser())
    }

    @Test(arguments: [
        "multipart/form-data; boundary=x-1", "Multipart/Form-Data;charset=utf-8; Boundary=\"x-1\"",
        "multipart/form-data;boundary=x-1;",
    ])
    func theShortFieldsAreRead(type: String) throws {
        let fields = Form(boundary: "x-1").text([
            ("model", "whisper-1"), ("stream", "true"), ("user", "u1"), ("n", "2"),
            ("prompt", "--x-1 model\r\n\r\n-x-1"),
        ])
        let file: [UInt8] =
            Array("--x-1\r\ncontent-disposition: form-data; filename=\"model\"; name=\"model\"\r\n".utf8)
            + Array("Content-Type: audio/wav\r\n\r\n".utf8) + [0, 13, 10, 45, 45, 120, 255, 0xC3] + Array("\r\n".utf8)
        for body in [file + Array(fields.utf8), Array("preamble\r\n\(fields)".utf8)] {
            let request = try read(body, type: type)
            #expect(request.model == "whisper-1" && request.isStreamed && request.user == "u1" && request.choices == 2)
            #expect(request.usageQuestion == nil)
        }
    }

    @Test func valuesAreTakenAsTheyAre() throws {
        let body =
            "--b\r\nX: y\r\ncontent-disposition:form-data;name=model\r\n\r\n a b \r\n--b\r\n"
            + "Content-Disposition: form-data; name=\"stream\"\r\n\r\nfalse\r\n--b--"
        let request = try read(Array(body.utf8), type: "multipart/form-data; boundary=b")
        #expect(request.model == " a b " && !request.isStreamed)
    }

    /// Wherever a form is cut, and whatever it is instead: nothing is made up, and nothing traps.
    @Test func whatIsNoFormSaysNothing() throws {
        let whole = Array(Form(boundary: "b").text([("model", "m"), ("user", "u")]).utf8)
        for count in 0..<whole.count {
            let request = try read(Array(whole[..<count]), type: "multipart/form-data; boundary=b")
            #expect(request.model == nil || request.model == "m")
            #expect(request.user == nil || request.user == "u")
        }
        for type in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=c"] {
            #expect(try read(whole, type: type).model == nil)
        }
        let long = Form(boundary: "b").text([("model", String(repeating: "m", count: 1025)), ("user", "u")])
        let request = try read(Array(long.utf8), type: "multipart/form-data; boundary=b")
        #expect(request.model == nil && request.user == "u")
        // A type that says something else does not matter: the first byte does.
        #expect(try read(Array(#"{"model":"m"}"#.utf8), type: "text/plain").model == "m")
    }
}
