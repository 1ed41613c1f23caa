internal import FastJSON
internal import TallyConfig
internal import TallyCore
internal import TallyMetering

/// The reads of each kind of API, as the vendors describe them.
enum WebReads {
    /// The reads that the settings of a source ask for.
    static func all(of kind: SourceSettings.Kind, _ web: WebSourceSettings) -> [WebRead] {
        let reads =
            switch kind {
            case .huggingFaceBilling: huggingFace(web)
            case .openRouter: openRouter(web)
            case .openAI: openAI(web)
            case .anthropic: anthropic(web)
            case .fal: fal(web)
            case .litellm: [liteLLM(web)]
            case .http: [template(web)]
            case .files, .s3: [] as [WebRead]
            }
        guard let wanted = web.reads else { return reads }
        return reads.filter { read in wanted.contains { read.name == $0 || read.name.hasPrefix($0 + "/") } }
    }

    /// Further fields of the head that an API wants.
    static func headers(of kind: SourceSettings.Kind) -> [(name: String, value: String)] {
        kind == .anthropic ? [("anthropic-version", "2023-06-01")] : []
    }

    // MARK: Hugging Face

    private static func huggingFace(_ web: WebSourceSettings) -> [WebRead] {
        let account =
            web.organization.map { "\(web.address)/api/organizations/\(escaped($0))/billing" }
            ?? "\(web.address)/api/settings/billing"
        var reads = [
            WebRead(name: "usage", span: .months, content: .statements(.huggingFaceBilling)) { page in
                "\(account)/usage-v2?startDate=\(seconds(page.from))&endDate=\(seconds(page.to))"
            },
            WebRead(name: "inference-sessions", span: .months, content: .statements(.huggingFaceBilling)) { page in
                "\(account)/usage-by-inference-session?startDate=\(page.from)&endDate=\(page.to)"
            },
        ]
        if web.organization != nil {
            reads.append(
                WebRead(name: "resource-groups", span: .months, content: .statements(.huggingFaceBilling)) { page in
                    "\(account)/usage-by-resource-group?startDate=\(page.from)&endDate=\(page.to)"
                })
        }
        reads.append(
            WebRead(name: "whoami", span: .now, content: .statements(.huggingFaceBilling)) { _ in
                "\(web.address)/api/whoami-v2"
            })
        return reads
    }

    // MARK: OpenRouter

    /// Besides these, ``GenerationReader`` asks for single calls.
    private static func openRouter(_ web: WebSourceSettings) -> [WebRead] {
        [
            // Without a day all thirty that there are.
            WebRead(name: "activity", span: .now, content: .statements(.openRouterActivity)) { _ in
                "\(web.address)/activity"
            },
            WebRead(name: "credits", span: .now, content: .credits) { _ in "\(web.address)/credits" },
        ]
    }

    // MARK: OpenAI and Anthropic

    private static func openAI(_ web: WebSourceSettings) -> [WebRead] {
        let next = JSONPointer("/next_page")
        let endpoints = [
            "completions": "project_id,model,batch,service_tier", "embeddings": "project_id,model",
            "images": "project_id,model", "audio_speeches": "project_id,model",
            "audio_transcriptions": "project_id,model", "moderations": "project_id,model",
        ]
        var reads = endpoints.sorted { $0.key < $1.key }.map { endpoint, groups in
            WebRead(
                name: "usage/\(endpoint)", span: .pieces(seconds: web.windowSeconds),
                content: .statements(.openAIUsage),
                address: { page in
                    openAIPage("\(web.address)/organization/usage/\(endpoint)", page, limit: 31, groups)
                }, cursor: next)
        }
        reads.append(
            WebRead(
                name: "costs", span: .pieces(seconds: web.windowSeconds), content: .statements(.openAICosts),
                address: { openAIPage("\(web.address)/organization/costs", $0, limit: 180, "project_id,line_item") },
                cursor: next))
        return reads
    }

    private static func openAIPage(_ path: String, _ page: WebPage, limit: Int, _ groups: String) -> String {
        let groups = groups.split(separator: ",").map { "&group_by=\($0)" }.joined()
        return "\(path)?start_time=\(seconds(page.from))&end_time=\(seconds(page.to))&bucket_width=1d&limit=\(limit)"
            + groups + (page.cursor.map { "&page=\(escaped($0))" } ?? "")
    }

    private static func anthropic(_ web: WebSourceSettings) -> [WebRead] {
        let next = JSONPointer("/next_page")
        let reads: [(String, LogFormat, String, String)] = [
            ("usage", .anthropicUsage, "usage_report/messages", "workspace_id,model,service_tier,api_key_id"),
            ("costs", .anthropicCosts, "cost_report", "workspace_id,description"),
        ]
        return reads.map { name, format, path, groups in
            let groups = groups.split(separator: ",").map { "&group_by%5B%5D=\($0)" }.joined()
            return WebRead(
                name: name, span: .pieces(seconds: web.windowSeconds), content: .statements(format),
                address: { page in
                    "\(web.address)/v1/organizations/\(path)?starting_at=\(page.from)&ending_at=\(page.to)"
                        + "&bucket_width=1d&limit=31\(groups)" + (page.cursor.map { "&page=\(escaped($0))" } ?? "")
                }, cursor: next)
        }
    }

    // MARK: The others

    private static func fal(_ web: WebSourceSettings) -> [WebRead] {
        [
            WebRead(
                name: "usage", span: .pieces(seconds: web.windowSeconds), content: .falUsage,
                address: { page in
                    "\(web.address)/models/usage?start=\(page.from)&end=\(page.to)&timeframe=day&expand=time_series"
                        + (page.cursor.map { "&cursor=\(escaped($0))" } ?? "")
                }, cursor: JSONPointer("/next_cursor"))
        ]
    }

    private static func liteLLM(_ web: WebSourceSettings) -> WebRead {
        WebRead(
            name: "spend", span: .pieces(seconds: web.windowSeconds), content: .records(pointer: nil),
            address: { page in
                // Its days are whole, the last one included.
                let last = Instant(microseconds: max(page.from.microseconds, page.to.microseconds - 1))
                return "\(web.address)/spend/logs?start_date=\(page.from.utcDate)&end_date=\(last.utcDate)"
                    + "&summarize=false"
            })
    }

    private static func template(_ web: WebSourceSettings) -> WebRead {
        WebRead(
            name: "records",
            span: web.address.contains("{from}") || web.address.contains("{to}")
                ? .pieces(seconds: web.windowSeconds) : .now,
            content: .records(pointer: web.recordsPointer.flatMap(JSONPointer.init)),
            address: { page in
                var text = web.address
                for (name, value) in [
                    ("{from}", time(page.from, web.times)), ("{to}", time(page.to, web.times)),
                    ("{cursor}", escaped(page.cursor ?? "")), ("{page}", "\(page.number)"),
                ] {
                    text = text.split(separator: name, omittingEmptySubsequences: false).joined(separator: value)
                }
                return text
            }, cursor: web.cursorPointer.flatMap(JSONPointer.init),
            countsPages: web.address.contains("{page}"))
    }

    private static func time(_ instant: Instant, _ form: WebSourceSettings.TimeForm) -> String {
        switch form {
        case .rfc3339: instant.description
        case .unix: "\(seconds(instant))"
        case .date: instant.utcDate.description
        }
    }

    private static func seconds(_ instant: Instant) -> Int64 { instant.microseconds / 1_000_000 }

    /// Text as it may stand in a query.
    static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
