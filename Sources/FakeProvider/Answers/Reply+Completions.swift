internal import NIOCore

/// `/v1/completions`.
extension Reply {
    static func completion(_ call: Call) -> Reply {
        let id = call.bodyID("cmpl-")
        let text = call.text.whole(call.script.chunks)
        let choices = (0..<call.facts.choices).map {
            #"{"text":"\#(text)","index":\#($0),"logprobs":null,"finish_reason":"stop"}"#
        }
        let usage = call.tellsUsage ? #","usage":\#(call.chatUsage)"# : ""
        return Reply(
            json: #"{"id":"\#(id)","object":"text_completion","created":\#(call.created),"model":\#(call.model),"#
                + #""choices":[\#(choices.joined(separator: ","))]\#(usage)}"#,
            bodyID: id, tellsUsage: call.tellsUsage)
    }

    static func completionStream(_ call: Call) -> Reply {
        let id = call.bodyID("cmpl-")
        let start =
            #"data: {"id":"\#(id)","object":"text_completion","created":\#(call.created),"model":\#(call.model),"#
            + #""choices":["#
        let tellsUsage = call.facts.includesUsage && call.tellsUsage && call.script.errorAfter == nil
        let end = call.facts.includesUsage && call.tellsUsage ? #","usage":null}"# + "\n\n" : "}\n\n"
        var events = EventStream(text: call.text, chunks: call.sentChunks)
        events.leading = call.keepAlives
        events.openings = (0..<call.facts.choices).map { ByteBuffer(string: start + #"{"index":\#($0),"text":""#) }
        events.closing = ByteBuffer(string: #"","logprobs":null,"finish_reason":null}]"# + end)
        if call.script.errorAfter != nil {
            let error = #"data: {"error":{"message":"Internal error during generation","type":"server_error"}}"#
            events.trailing = [ByteBuffer(string: error + "\n\n")]
            return Reply(events: events, bodyID: id, tellsUsage: false)
        }
        events.trailing = (0..<call.facts.choices).map {
            ByteBuffer(string: start + #"{"index":\#($0),"text":"","logprobs":null,"finish_reason":"stop"}]"# + end)
        }
        if tellsUsage {
            events.trailing.append(ByteBuffer(string: start + #"],"usage":\#(call.chatUsage)}"# + "\n\n"))
        }
        if !call.script.hasNoDone { events.trailing.append(ByteBuffer(string: "data: [DONE]\n\n")) }
        return Reply(events: events, bodyID: id, tellsUsage: tellsUsage)
    }
}
