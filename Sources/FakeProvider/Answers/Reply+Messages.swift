internal import NIOCore

/// `/v1/messages`.
extension Reply {
    static func message(_ call: Call) -> Reply {
        let id = call.bodyID("msg_01")
        var text = call.text
        text.isArguments = false
        let whole = text.whole(call.script.chunks)
        let block =
            call.facts.tool.map {
                #"{"type":"tool_use","id":"toolu_\#(call.id)","name":\#($0.json),"input":{"text":"\#(whole)"}}"#
            } ?? #"{"type":"text","text":"\#(whole)"}"#
        let usage = call.tellsUsage ? #","usage":\#(call.messagesUsage(output: call.usage.completion))"# : ""
        return Reply(
            json: #"{"id":"\#(id)","type":"message","role":"assistant","model":\#(call.model),"content":[\#(block)],"#
                + #""stop_reason":"\#(call.stopReason)","stop_sequence":null\#(usage)}"#,
            bodyID: id, tellsUsage: call.tellsUsage)
    }

    static func messageStream(_ call: Call) -> Reply {
        let id = call.bodyID("msg_01")
        var events = EventStream(text: call.text, chunks: call.sentChunks)
        events.text.isArguments = call.facts.tool != nil
        let usage = call.tellsUsage ? #","usage":\#(call.messagesUsage(output: 1))"# : ""
        let message =
            #"{"id":"\#(id)","type":"message","role":"assistant","model":\#(call.model),"content":[],"#
            + #""stop_reason":null,"stop_sequence":null\#(usage)}"#
        let block =
            call.facts.tool.map { #"{"type":"tool_use","id":"toolu_\#(call.id)","name":\#($0.json),"input":{}}"# }
            ?? #"{"type":"text","text":""}"#
        events.leading =
            call.keepAlives + [
                call.event("message_start", #","message":"# + message),
                call.event("content_block_start", #","index":0,"content_block":"# + block),
                call.event("ping", ""),
            ]
        let delta =
            call.facts.tool == nil
            ? #"{"type":"text_delta","text":""# : #"{"type":"input_json_delta","partial_json":""#
        let start = "event: content_block_delta\ndata: "
        events.openings = [
            ByteBuffer(string: start + #"{"type":"content_block_delta","index":0,"delta":"# + delta)
        ]
        events.closing = ByteBuffer(string: "\"}}\n\n")
        if call.script.errorAfter != nil {
            let error = #","error":{"type":"overloaded_error","message":"Overloaded"}"#
            events.trailing = [call.event("error", error)]
            return Reply(events: events, bodyID: id, tellsUsage: false)
        }
        let total = call.tellsUsage ? #","usage":\#(call.messagesUsage(output: call.usage.completion))"# : ""
        events.trailing = [
            call.event("content_block_stop", #","index":0"#),
            call.event(
                "message_delta", #","delta":{"stop_reason":"\#(call.stopReason)","stop_sequence":null}"# + total),
        ]
        if !call.script.hasNoDone { events.trailing.append(call.event("message_stop", "")) }
        return Reply(events: events, bodyID: id, tellsUsage: call.tellsUsage)
    }
}

extension Call {
    fileprivate var stopReason: String { facts.tool == nil ? "end_turn" : "tool_use" }

    fileprivate func event(_ type: String, _ members: String) -> ByteBuffer {
        ByteBuffer(string: "event: \(type)\ndata: {\"type\":\"\(type)\"\(members)}\n\n")
    }
}
