import TallyCore
import Testing

/// The instant of RFC 3339 text.
func instant(_ text: String) throws -> Instant {
    guard case .instant(let instant)? = TimeText(text) else {
        Issue.record("'\(text)' is no instant")
        return Instant(microseconds: 0)
    }
    return instant
}

/// The date of ISO 8601 text.
func date(_ text: String) throws -> CivilDate {
    guard case .date(let date)? = TimeText(text) else {
        Issue.record("'\(text)' is no date")
        return CivilDate(daysSinceEpoch: 0)
    }
    return date
}
