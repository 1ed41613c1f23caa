/// An API that is read page by page.
package struct WebSourceSettings: Sendable, Equatable {
    /// Where the API is, without a slash at its end; for `http` the template of the whole address.
    package let address: String
    /// Which reads of the API are made; `nil` for all of its kind.
    package let reads: [String]?
    /// The organization whose account is read, `nil` for the token's own.
    package let organization: String?
    /// The environment variable that holds the credential; `nil` sends none.
    package let keyVariable: String?
    /// The header that the credential is sent in: `bearer`, `key`, or a header's name.
    package let credential: String
    /// How far back the first run reaches, in seconds.
    package let sinceSeconds: Int
    /// How far back each later run reaches, in seconds, since numbers change until they are settled.
    package let lookBackSeconds: Int
    /// The longest span asked for at a time, in seconds.
    package let windowSeconds: Int
    /// The pointer to the records of an answer; `nil` for the answer itself.
    package let recordsPointer: String?
    /// The pointer to the cursor of the next page; `nil` when there is none.
    package let cursorPointer: String?
    /// How times are written into an address.
    package let times: TimeForm
    /// The most bytes of an answer.
    package let pageBytes: Int
    /// The most pages of one span.
    package let maximumPages: Int
    /// The most single calls that one run asks for.
    package let maximumGenerations: Int
    /// The longest a request may take, in seconds.
    package let timeoutSeconds: Int
    /// The most requests in flight or repeated in a row for one page.
    package let attempts: Int

    /// How times are written into an address.
    package enum TimeForm: String, Sendable, CaseIterable {
        /// `2026-06-01T00:00:00Z`.
        case rfc3339
        /// Seconds since 1970.
        case unix
        /// `2026-06-01`.
        case date
    }
}
