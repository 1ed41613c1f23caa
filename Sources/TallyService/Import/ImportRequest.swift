package import TallyMetering

/// What is to be imported, and how it is to be read.
package struct ImportRequest: Sendable {
    /// How much is held at once (I9).
    package struct Limits: Sendable {
        /// Bytes of the longest line.
        package var maxLineBytes = 16 << 20
        /// Events read and encoded together; batches that are ready are stored together.
        package var batchEvents = 5_000
        /// Memory for counting equal records, past which the count goes to disk.
        package var occurrenceMemoryBytes = 64 << 20

        /// The defaults.
        package init() {}
    }

    /// The beginning of the names of reject files that are made up; a walk through a folder passes them over.
    package static let rejectPrefix = "tally-rejects-"

    /// Files, folders, or `-` for standard input.
    package var paths: [String]
    /// The form of the logs; `nil` is found out for each file.
    package var format: RecordForm?
    /// What the logs do not say.
    package var defaults = RecordDefaults()
    /// Which columns or members fill which fields, in logs of any shape.
    package var map = FieldMap()
    /// The name events and checkpoints are filed under.
    package var source = "import"
    /// Where rejected lines are named.
    package var rejectPath: String
    /// Bounds.
    package var limits = Limits()

    /// A request with everything else at its default.
    package init(paths: [String], rejectPath: String) {
        self.paths = paths
        self.rejectPath = rejectPath
    }

    /// How the records of each file are read.
    var records: RecordSettings {
        var settings = RecordSettings()
        settings.form = format
        settings.defaults = defaults
        settings.map = map
        settings.maxLineBytes = limits.maxLineBytes
        settings.occurrenceMemoryBytes = limits.occurrenceMemoryBytes
        return settings
    }
}

/// What an import has done so far.
package struct ImportProgress: Sendable, Equatable {
    /// Records read, good or bad.
    package var read = 0
    /// Events that are new; with nothing to store into, those that would be looked up.
    package var stored = 0
    /// Events that were there already.
    package var duplicate = 0
    /// Events that were merged into one that another source had told of.
    package var merged = 0
    /// New events without a cost.
    package var unpriced = 0
    /// Events already there whose attribution was corrected.
    package var reattributed = 0
    /// Records that cannot be read.
    package var rejected = 0
    /// Records that are about no call of their own, by the reason.
    package var skipped: [NotACall: Int] = [:]
    /// Lines of statements that are new or have changed.
    package var statements = 0
    /// Files that could not be read to their end, with the reason.
    package var failures: [String] = []
    /// Reasons of the first rejected records, with file and line.
    package var firstRejects: [String] = []
    /// Bytes read of all files.
    package var bytesRead = 0
    /// Bytes of all files, `nil` when one of them is a pipe.
    package var bytesTotal: Int?
    /// Where the time went.
    package var timings = ImportTimings()

    /// Nothing done yet.
    package init() {}
}

/// Where an import's time went: parsing and pricing happen while the database is at work, so the parts overlap.
package struct ImportTimings: Sendable, Equatable {
    /// Reading, parsing and identifying.
    package var parse = Duration.zero
    /// Pricing.
    package var price = Duration.zero
    /// Encoding, sending and storing.
    package var load = Duration.zero
}
