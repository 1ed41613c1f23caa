internal import NIOCore

/// `/v1/responses`.
extension Reply {
    static func response(_ call: Call) -> Reply {
        let id = call.bodyID("resp_")
        let output = "[" + call.outputItem(status: "completed", text: call.text.whole(call.script.chunks)) + "]"
        return Reply(
            json: call.responseObject(id, status: "completed", output: output, isLast: true), bodyID: id,
            tellsUsage: call.tellsUsage)
    }

    static func responseStream(_ call: Call) -> Reply {
        let id = call.bodyID("resp_")
        var events = EventStream(text: call.text, chunks: call.sentChunks)
        let empty = #"{"type":"output_text","text":"","annotations":[]}"#
        let place = #""item_id":"msg_\#(call.id)","output_index":0,"content_index":0"#
        let started = #""response":"# + call.responseObject(id, status: "in_progress", output: "[]", isLast: false)

        events.leading = call.keepAlives
        let comments = events.leading.count
        let opening = [
            ("response.created", started), ("response.in_progress", started),
            (
                "response.output_item.added",
                #""output_index":0,"item":"# + call.outputItem(status: "in_progress", text: nil)
            ),
            ("response.content_part.added", place + #","part":"# + empty),
        ]
        for (index, (type, members)) in opening.enumerated() {
            events.leading.append(call.event(type, members, number: comments + index))
        }
        let delta = "response.output_text.delta"
        events.openings = [
            ByteBuffer(string: "event: \(delta)\ndata: {\"type\":\"\(delta)\",\(place),\"delta\":\"")
        ]
        // The number of the event stands between the two.
        events.separator = ByteBuffer(string: #"","sequence_number":"#)
        events.closing = ByteBuffer(string: "}\n\n")
        let next = events.pieceCount
        if call.script.errorAfter != nil {
            let error = #""code":"server_error","message":"Internal error during generation","param":null"#
            events.trailing = [call.event("error", error, number: next)]
            return Reply(events: events, bodyID: id, tellsUsage: false)
        }
        let whole = call.text.whole(call.script.chunks)
        let item = call.outputItem(status: "completed", text: whole)
        let part = #"{"type":"output_text","text":"\#(whole)","annotations":[]}"#
        let completed = call.responseObject(id, status: "completed", output: "[\(item)]", isLast: true)
        var ending = [
            ("response.output_text.done", place + #","text":"\#(whole)""#),
            ("response.content_part.done", place + #","part":"# + part),
            ("response.output_item.done", #""output_index":0,"item":"# + item),
        ]
        if !call.script.hasNoDone { ending.append(("response.completed", #""response":"# + completed)) }
        events.trailing = ending.enumerated().map { call.event($1.0, $1.1, number: next + $0) }
        return Reply(events: events, bodyID: id, tellsUsage: call.tellsUsage && !call.script.hasNoDone)
    }
}

extension Call {
    fileprivate func event(_ type: String, _ members: String, number: Int) -> ByteBuffer {
        ByteBuffer(string: "event: \(type)\ndata: {\"type\":\"\(type)\",\(members),\"sequence_number\":\(number)}\n\n")
    }

    fileprivate func outputItem(status: String, text: String?) -> String {
        let content = text.map { #"{"type":"output_text","text":"\#($0)","annotations":[]}"# } ?? ""
        return #"{"id":"msg_\#(id)","type":"message","status":"\#(status)","role":"assistant","content":[\#(content)]}"#
    }

    fileprivate func responseObject(_ bodyID: String, status: String, output: String, isLast: Bool) -> String {
        let usage = isLast && tellsUsage ? responsesUsage : "null"
        return #"{"id":"\#(bodyID)","object":"response","created_at":\#(created),"status":"\#(status)","error":null,"#
            + #""model":\#(model),"output":\#(output),"service_tier":"default","usage":\#(usage)}"#
    }
}
