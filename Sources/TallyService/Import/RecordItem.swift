internal import TallyCore
internal import TallyMetering

/// What one record, or a part of one, told.
enum RecordItem {
    /// A call, its identity aside.
    case call(UsageEvent, IdentityHint, otherModels: [ResponseUsage.ModelPart])
    /// Something that is about no call of its own.
    case skipped(NotACall)
    /// Sums of a biller.
    indirect case statement(ProviderStatement)
    /// Nothing that can be read.
    case failure(RecordFailure)

    /// What an item of another tool's log told.
    init(_ item: LogItem) {
        switch item {
        case .call(let call):
            let draft = call.told
            self = .call(draft.event, draft.identity, otherModels: [])
        case .notACall(let reason): self = .skipped(reason)
        case .statement(let statement): self = statement.lines.isEmpty ? .skipped(.noSums) : .statement(statement)
        case .failure(let failure): self = .failure(failure)
        }
    }
}
