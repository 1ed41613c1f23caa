internal import FastJSON
internal import TallyCore
internal import TallyMetering

/// One thing that is read from an API, page by page: which address, for which span of time, and what its answers are.
struct WebRead: Sendable {
    /// How the time that is read is divided.
    enum Span: Sendable {
        /// It is not: an answer says how things are.
        case now
        /// Into calendar months of UTC.
        case months
        /// Into pieces of at most so many seconds, which begin at whole days where a piece is of days.
        case pieces(seconds: Int)
    }

    /// What the answers are.
    enum Content: Sendable {
        /// Sums of a biller, of a form.
        case statements(LogFormat)
        /// Records, one a line or under a pointer.
        case records(pointer: JSONPointer?)
        /// The credits of an OpenRouter account.
        case credits
        /// fal's usage by day and model.
        case falUsage
    }

    /// Its name: `usage`, `costs/…`; the item of its checkpoint.
    var name: String
    var span: Span
    var content: Content
    /// Makes the address of a page.
    var address: @Sendable (WebPage) -> String
    /// Where in an answer the cursor of the next page is; `nil` when there is only one page.
    var cursor: JSONPointer?
    /// Whether pages are numbered until one is empty.
    var countsPages = false
}

/// A page that is asked for.
struct WebPage: Sendable, Equatable {
    /// The first instant of the span.
    var from: Instant
    /// The instant after the last.
    var to: Instant
    /// The cursor of the page before; `nil` for the first.
    var cursor: String?
    /// The number of the page, from 1.
    var number = 1
}
