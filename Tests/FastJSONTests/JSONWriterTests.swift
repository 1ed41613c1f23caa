import Foundation
import Testing

@testable import FastJSON

struct JSONWriterTests {
    @Test func writesNestedValuesWithCommas() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a")
        writer.integer(-1)
        writer.key("b")
        writer.beginArray()
        writer.null()
        writer.bool(true)
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.numberText("1.50")
        writer.string("x,")
        writer.string("")
        writer.endArray()
        writer.key("c")
        writer.integer(UInt64.max)
        writer.endObject()
        #expect(writer.string == #"{"a":-1,"b":[null,true,{},[],1.50,"x,",""],"c":18446744073709551615}"#)
        writer.removeAll()
        writer.bool(false)
        #expect(writer.string == "false")
    }

    @Test func escapesWhatMustBeAndNothingElse() throws {
        var writer = JSONWriter()
        writer.string("\u{8}\u{9}\u{A}\u{C}\u{D}\u{0}\u{1F}\"\\/é😀\u{7F}")
        #expect(writer.string == #""\b\t\n\f\r\u0000\u001f\"\\/é😀"# + "\u{7F}\"")
        for scalar in 0..<0x250 {
            let text = try "a\(Character(#require(Unicode.Scalar(scalar))))b"
            writer.removeAll()
            writer.string(text)
            #expect(try JSONParser().withDocument(writer.bytes) { $0.string } == text)
        }
    }

    @Test func copiesADocumentCompactly() throws {
        let text = #" { "a" : [ 1.0 , "\u0041\n" , null , true ] , "b" : { } , "a" : -0 } "#
        let copy = try JSONParser().withDocument(text) { root in
            var writer = JSONWriter()
            writer.value(root)
            return writer.string
        }
        #expect(copy == #"{"a":[1.0,"A\n",null,true],"b":{},"a":-0}"#)
    }

    @Test(arguments: ["", "01", "1.", ".5", "+1", "1e", "1 ", "NaN"])
    func refusesANumberThatIsNone(text: String) async {
        await #expect(processExitsWith: .failure) { [text] in
            var writer = JSONWriter()
            writer.numberText(text)
        }
    }

    @Test(arguments: ["0", "-0", "10", "0.5", "1e5", "1E-5", "-12.50e+10"])
    func takesNumbersAsTheyAre(text: String) {
        var writer = JSONWriter()
        writer.numberText(text)
        #expect(writer.string == text)
    }
}
