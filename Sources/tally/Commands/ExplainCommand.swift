internal import ArgumentParser
internal import TallyConfig
internal import TallyCore
internal import TallyService
internal import TallyStore

/// Shows what one charge is made of.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show the arithmetic of one charge.",
        discussion: """
            The counts, every price used with its source and dates, the computed, reported and billed amounts, which of \
            them counts and why, and every time the charge was computed anew. A charge keeps the rates it was made \
            with: it can be explained when its prices are in no file any more.
            """)

    /// The forms of an explanation.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case json
    }

    @OptionGroup var options: DatabaseOptions

    @Argument(
        help: ArgumentHelp(
            "The event_id, or the id it was submitted with, or the provider's id of the generation.",
            valueName: "event-id"))
    var eventID: String

    @Option(help: "Search ids, which have no index, from this month, date or time on.")
    var from: String?

    @Option(help: "Search ids before this month, date or time.")
    var to: String?

    @Option(help: "How it is printed: table or json.")
    var format = Format.table

    func run() async throws {
        let configuration = try Configuration.load(options)
        let range = try searchRange()
        let answer = try await DatabaseSession.with(options, configuration: configuration) { database in
            try await EventLookup(database).find(eventID, in: range)
        }
        switch answer {
        case .unknown:
            throw CommandFailure(
                "no event has the event_id, id or request id \"\(eventID)\"" + (range == nil ? "" : " in this range")
                    + "; `tally export` lists them")
        case .ambiguous(let events, let hasMore):
            throw CommandFailure(Self.list(events, hasMore: hasMore, id: eventID))
        case .found(let source):
            let explanation = Explanation(source)
            switch format {
            case .json: try StandardOutput.write(explanation.json + [10])
            case .table: try StandardOutput.write(ExplanationTable.text(explanation))
            }
            if !explanation.addsUp {
                throw CommandFailure(
                    "the lines sum to \(explanation.sum?.description ?? "nothing"), not to the stored computed cost "
                        + "\(source.stored.computedCost?.description ?? "(none)"); `tally reprice` charges the event anew"
                )
            }
        }
    }

    private func searchRange() throws -> Range<Instant>? {
        if from == nil, to == nil { return nil }
        var parameters: [(name: String, value: String)] = []
        parameters.append(("from", from ?? Instant.earliestEvent.description))
        parameters.append(("to", to ?? Instant.latestEvent.description))
        let query = try RangeOptions.question(parameters, grouping: false).query
        return query.from..<query.to
    }

    private static func list(_ events: [StoredEvent], hasMore: Bool, id: String) -> String {
        let count = hasMore ? "more than \(events.count)" : "\(events.count)"
        let lines = events.map { stored in
            let event = stored.event
            let parts = [
                event.identity.description, event.time.description, event.offering.biller ?? "?",
                event.offering.provider ?? "?", event.offering.model ?? "?",
                event.attribution.project ?? Attribution.unattributed, stored.cost?.description ?? "unpriced",
            ]
            return "  " + parts.joined(separator: "  ")
        }
        return (["\(count) events have the id \"\(id)\"; name one by its event_id:"] + lines)
            .joined(separator: "\n")
    }
}
