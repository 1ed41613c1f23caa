internal import NIOCore

/// `/v1/chat/completions`, in the dialects of OpenAI, Hugging Face, OpenRouter and Groq.
extension Reply {
    static func chat(_ call: Call) -> Reply {
        let id = call.bodyID(call.chatPrefix)
        var text = call.text
        text.isArguments = call.facts.tool != nil
        let whole = text.whole(call.script.chunks)
        let message =
            call.facts.tool.map {
                #"{"role":"assistant","content":null,"tool_calls":[{"id":"call_\#(call.id)","type":"function","#
                    + #""function":{"name":\#($0.json),"arguments":"\#(whole)"}}]}"#
            } ?? #"{"role":"assistant","content":"\#(whole)","refusal":null}"#
        let choices = (0..<call.facts.choices).map {
            #"{"index":\#($0),"message":\#(message),"logprobs":null,"finish_reason":"\#(call.finishReason)"}"#
        }
        let usage = call.tellsUsage ? #","usage":\#(call.chatUsage)"# : ""
        let groq = call.host == .groq ? #","x_groq":{"id":"req_\#(call.id)"}"# : ""
        return Reply(
            json: #"{"id":"\#(id)","object":"chat.completion","created":\#(call.created),"model":\#(call.model)"#
                + #"\#(call.chatMembers),"choices":[\#(choices.joined(separator: ","))]\#(usage)\#(groq)}"#,
            bodyID: id, tellsUsage: call.tellsUsage)
    }

    static func chatStream(_ call: Call) -> Reply {
        let id = call.bodyID(call.chatPrefix)
        let start =
            #"data: {"id":"\#(id)","object":"chat.completion.chunk","created":\#(call.created),"model":\#(call.model)"#
            + #"\#(call.chatMembers),"choices":["#
        // OpenAI writes null into all chunks but the one that has the usage.
        let asksUsage = call.facts.includesUsage && call.tellsUsage
        let end = asksUsage && call.host != .openRouter ? #","usage":null}"# + "\n\n" : "}\n\n"
        let more = call.host == .openRouter ? #","native_finish_reason":null"# : #","logprobs":null"#

        var events = EventStream(text: call.text, chunks: call.sentChunks)
        events.leading = call.keepAlives
        for index in 0..<call.facts.choices {
            let groq = call.host == .groq ? #","x_groq":{"id":"req_\#(call.id)"}"# : ""
            events.leading.append(
                ByteBuffer(
                    string: start + #"{"index":\#(index),"delta":\#(call.firstDelta)\#(more),"finish_reason":null}]"#
                        + groq + end))
            let delta =
                call.facts.tool == nil ? #""content":""# : #""tool_calls":[{"index":0,"function":{"arguments":""#
            events.openings.append(ByteBuffer(string: start + #"{"index":\#(index),"delta":{\#(delta)"#))
        }
        events.text.isArguments = call.facts.tool != nil
        let delta = call.facts.tool == nil ? #""}"# : #""}}]}"#
        events.closing = ByteBuffer(string: delta + more + #","finish_reason":null}]"# + end)

        if call.script.errorAfter != nil {
            events.trailing = [ByteBuffer(string: call.chatError(start))]
            return Reply(events: events, bodyID: id, tellsUsage: false)
        }
        for index in 0..<call.facts.choices {
            let reason = call.finishReason
            let native = call.host == .openRouter ? #","native_finish_reason":"\#(reason)""# : #","logprobs":null"#
            // Groq tells the usage here in any case, and once more as OpenAI does, if asked to.
            let groq =
                call.host == .groq && call.tellsUsage && index == call.facts.choices - 1
                ? #","x_groq":{"id":"req_\#(call.id)","usage":\#(call.chatUsage)}"# : ""
            events.trailing.append(
                ByteBuffer(
                    string: start + #"{"index":\#(index),"delta":{}\#(native),"finish_reason":"\#(reason)"}]"# + groq
                        + end))
        }
        if call.host == .openRouter, call.tellsUsage {
            let choice = #"{"index":0,"delta":{"role":"assistant","content":""}\#(more),"finish_reason":null}"#
            events.trailing.append(ByteBuffer(string: start + choice + #"],"usage":\#(call.chatUsage)}"# + "\n\n"))
        } else if asksUsage {
            events.trailing.append(ByteBuffer(string: start + #"],"usage":\#(call.chatUsage)}"# + "\n\n"))
        }
        if !call.script.hasNoDone { events.trailing.append(ByteBuffer(string: "data: [DONE]\n\n")) }
        let tellsUsage = asksUsage || (call.tellsUsage && (call.host == .openRouter || call.host == .groq))
        return Reply(events: events, bodyID: id, tellsUsage: tellsUsage)
    }
}

extension Call {
    fileprivate var chatPrefix: String { host == .openRouter ? "gen-\(created)-" : "chatcmpl-" }

    fileprivate var finishReason: String { facts.tool == nil ? "stop" : "tool_calls" }

    /// What a host adds to a completion's first members.
    fileprivate var chatMembers: String {
        switch host {
        case .openAI: #","service_tier":"default","system_fingerprint":"fp_44709d6fcb""#
        case .groq: #","system_fingerprint":"fp_44709d6fcb""#
        case .openRouter: #","provider":"Invented""#
        case .anthropic, .fal, .huggingFace: ""
        }
    }

    fileprivate var firstDelta: String {
        guard let tool = facts.tool else { return #"{"role":"assistant","content":""}"# }
        return #"{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_\#(id)","type":"function","#
            + #""function":{"name":\#(tool.json),"arguments":""}}]}"#
    }

    /// The event with which a host ends a stream that fails under way.
    fileprivate func chatError(_ start: String) -> String {
        switch host {
        case .openRouter:
            start + #"{"index":0,"delta":{"content":""},"finish_reason":"error","native_finish_reason":null}],"#
                + #""error":{"code":502,"message":"Provider disconnected"}}"# + "\n\n"
        case .groq:
            start + #"],"x_groq":{"id":"req_\#(id)","error":"Internal error during generation"}}"# + "\n\n"
        case .openAI, .anthropic, .fal, .huggingFace:
            #"data: {"error":{"message":"Internal error during generation","type":"server_error","code":500}}"#
                + "\n\n"
        }
    }
}
