package import TallyCore

/// The settings in force: those of one file over the built-in defaults.
///
/// Immutable: a changed file is another value.
package struct Configuration: Sendable, Equatable {
    /// The file they were read from, `nil` for the built-in ones alone.
    package let path: String?
    /// The metering proxy.
    package let proxy: Proxy
    /// The report API.
    package let api: API
    /// Limits of importing.
    package let importLimits: ImportLimits
    /// Limits of the connections to PostgreSQL.
    package let database: Database
    /// What the proxy relays to, by name.
    package let upstreams: [String: Upstream]
    /// Where alerts go, by name.
    package let channels: [String: Channel]
    /// What `tally pull` pulls.
    package let sources: [SourceSettings]
    /// Price files, in order of precedence: the later wins.
    package let priceFiles: [SettingsOrigin]
    /// Plan files, in order.
    package let planFiles: [SettingsOrigin]
    /// Budget files, in order.
    package let budgetFiles: [SettingsOrigin]

    /// Settings of the proxy.
    package struct Proxy: Sendable, Equatable {
        /// Where it listens.
        package let listen: ListenAddress
        /// The upstream of `/v1/…`, a key of ``Configuration/upstreams``.
        package let defaultUpstream: String
        /// What happens to a call that could not be recorded.
        package let onSpoolFull: SpoolFullPolicy
        /// Where the spool lies; `nil` for the data directory.
        package let spoolFolder: String?
        /// The most events that wait in the spool, those of calls under way included.
        package let spoolMaxEvents: Int
        /// The most bytes of events that wait in the spool.
        package let spoolMaxBytes: Int
        /// The bytes of disk set aside, so that calls under way can be recorded when the disk is full.
        package let spoolReserveBytes: Int
        /// The most client connections at once.
        package let maxConnections: Int
        /// The longest request body that is relayed, in bytes.
        package let maxBodyBytes: Int
        /// The longest request body that is read for its model, user and tags, in bytes.
        package let maxInspectedBytes: Int
        /// How long things may take.
        package let timeouts: Timeouts
        /// How long a response is read on whose client has left.
        package let drain: Drain
    }

    /// How long the parts of a relayed call may take, in seconds.
    package struct Timeouts: Sendable, Equatable {
        /// Until the upstream is connected, TLS included.
        package let connect: Int
        /// Until the first byte of its response.
        package let firstByte: Int
        /// Between two pieces of its response.
        package let idle: Int
        /// The whole call.
        package let total: Int
        /// Between two pieces of a client's request, and for a client to take more of its response.
        package let client: Int
    }

    /// How far a response is read on whose client has left, so that its usage is known.
    package struct Drain: Sendable, Equatable {
        /// Seconds, at most.
        package let seconds: Int
        /// Bytes, at most.
        package let bytes: Int
    }

    /// What the proxy does when its spool has no room for another call.
    package enum SpoolFullPolicy: String, Sendable, CaseIterable {
        /// The call is answered with an error and not relayed.
        case refuse
        /// The call is relayed without being recorded, and counted as a gap.
        case pass
    }

    /// Settings of the report API.
    package struct API: Sendable, Equatable {
        /// Where it listens.
        package let listen: ListenAddress
        /// Rows in one answer, at most.
        package let maxRows: Int
        /// How much may be sent in.
        package let ingest: Ingest
    }

    /// Limits of events and telemetry that are sent in.
    package struct Ingest: Sendable, Equatable {
        /// The longest body as it is sent, in bytes.
        package let maxBodyBytes: Int
        /// The longest body once it is decoded, in bytes.
        package let maxDecodedBytes: Int
        /// Records of one body, at most.
        package let maxEvents: Int
        /// Bodies at work at once, at most.
        package let maxRequests: Int
        /// Bytes of the bodies at work at once, at most.
        package let maxBytesAtWork: Int
        /// How long a body may take to come, in seconds.
        package let bodySeconds: Int
    }

    /// Limits of importing.
    package struct ImportLimits: Sendable, Equatable {
        /// The longest line read, in bytes.
        package let maxLineBytes: Int
        /// Events stored in one transaction, at most.
        package let batchEvents: Int
        /// Bytes of memory for counting equal lines of one log.
        package let occurrenceMemoryBytes: Int
    }

    /// Limits of the connections to PostgreSQL.
    package struct Database: Sendable, Equatable {
        /// Connections open at once.
        package let maxConnections: Int
        /// Seconds to wait for a free connection.
        package let acquireTimeoutSeconds: Int
        /// Seconds a statement may run.
        package let statementTimeoutSeconds: Int
    }
}

extension Configuration {
    /// Reads the price table these settings name.
    ///
    /// Later files win; the built-in table is read where none is named.
    ///
    /// - Returns: All prices, and the shipped spellings with those of the files.
    /// - Throws: ``ConfigError`` for the first file that cannot be read or is not valid.
    package func loadPriceTable() throws(ConfigError) -> PriceTable {
        var table = PriceTable(prices: [], aliases: try BuiltInAssets.spellings())
        for file in priceFiles {
            switch file {
            case .builtIn:
                table = table.appending(try BuiltInAssets.priceTable())
            case .file(let path):
                let text = try SettingsFile.read(path)
                table = table.appending(try PriceFile.parse(text, name: path, startingWith: table.aliases))
            }
        }
        return table
    }

    /// The files whose change means that settings or prices have to be read again; the settings themselves first.
    package var watchedFiles: [String] {
        let named = (priceFiles + planFiles + budgetFiles).compactMap { file -> String? in
            if case .file(let path) = file { path } else { nil }
        }
        return (path.map { [$0] } ?? []) + named
    }
}
