internal import CurlTransport
internal import FastJSON
internal import ObjectStore
package import TallyConfig
package import TallyCore
internal import TallyMetering

/// The sources that are configured, checked as far as only their readers can.
package struct SourcePlan: Sendable {
    /// One source.
    package struct Entry: Sendable {
        /// What is configured.
        package let settings: SourceSettings
        /// How its records are read.
        let records: RecordSettings
    }

    /// The sources in the order of the file.
    package let entries: [Entry]

    /// What readers are made with.
    package struct Surroundings: Sendable {
        /// The environment, for credentials.
        var environment: [String: String]
        /// The folder for the names of records that are no events.
        var rejectFolder: String
        /// Who asks.
        var userAgent: String
        /// The clock.
        var now: @Sendable () -> Instant
        /// Waits.
        var pause: @Sendable (Duration) async throws -> Void

        /// Surroundings from their parts.
        package init(
            environment: [String: String], rejectFolder: String, userAgent: String,
            now: @escaping @Sendable () -> Instant,
            pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
        ) {
            self.environment = environment
            self.rejectFolder = rejectFolder
            self.userAgent = userAgent
            self.now = now
            self.pause = pause
        }
    }

    /// Checks the sources of a configuration.
    ///
    /// - Throws: ``ConfigError`` for the first thing that is wrong.
    package init(_ configuration: Configuration) throws(ConfigError) {
        var entries: [Entry] = []
        for source in configuration.sources {
            entries.append(Entry(settings: source, records: try Self.records(source, configuration)))
        }
        self.entries = entries
    }

    private static func records(
        _ source: SourceSettings, _ configuration: Configuration
    ) throws(ConfigError) -> RecordSettings {
        let said = source.records
        var records = RecordSettings()
        if let name = said.format {
            guard let form = RecordForm(name: name) else {
                throw source.error(
                    "log_format", "'\(name)' is no form of log",
                    mend: NearestName.mend(for: name, among: ["auto"] + RecordForm.all.map(\.name)))
            }
            records.form = form
        } else if source.kind == .litellm {
            records.form = .other(.litellm)
        }
        do {
            records.map = try FieldMap(parsing: said.map)
        } catch {
            throw source.error("map", "cannot be read", mend: "\(error)")
        }
        guard let zone = ReportZone(name: said.timeZone) else {
            throw source.error(
                "time_zone", "'\(said.timeZone)' is no IANA time zone", mend: "write one like Europe/Berlin")
        }
        records.defaults.zone = zone
        if let route = said.route {
            guard let known = Route(rawValue: route) else {
                throw source.error(
                    "route", "'\(route)' is no route",
                    mend: NearestName.mend(for: route, among: Route.allCases.map(\.rawValue)))
            }
            records.defaults.offering.route = known
        }
        records.defaults.offering.biller = said.biller
        records.defaults.offering.provider = said.provider
        records.defaults.offering.model = said.model
        records.defaults.attribution = Attribution(project: said.project, user: said.user, tags: said.tags)
        records.maxLineBytes = configuration.importLimits.maxLineBytes
        // Each of the files that are kept open counts by itself.
        records.occurrenceMemoryBytes = max(1 << 20, configuration.importLimits.occurrenceMemoryBytes / 16)
        return records
    }

    /// Whether two plans pull the same in the same way.
    package func isSame(as other: SourcePlan) -> Bool {
        entries.map(\.settings) == other.entries.map(\.settings)
    }
}

extension SourcePlan.Entry {
    /// A reader of the source, at its beginning.
    ///
    /// - Parameters:
    ///   - surroundings: What it is made with.
    ///   - aliases: The spellings of billers and providers.
    ///   - batchEvents: The most events of a batch.
    /// - Returns: The reader.
    func reader(
        _ surroundings: SourcePlan.Surroundings, aliases: ProviderAliases, batchEvents: Int
    ) -> any SourceReading {
        var records = records
        records.defaults.aliases = aliases
        let rejectPath = surroundings.rejectFolder + "/rejected-\(settings.name).jsonl"
        switch settings.place {
        case .files(let files):
            var reading = FileReader.Settings(
                source: settings.name, paths: files.paths, records: records, rejectPath: rejectPath)
            reading.settleSeconds = files.settleSeconds
            reading.maximumFiles = files.maximumFiles
            reading.maximumOpenFiles = files.maximumOpenFiles
            reading.batchEvents = batchEvents
            return FileReader(reading, now: surroundings.now)
        case .web(let web):
            let client = client(web, surroundings)
            let pages = WebReader(
                WebReader.Settings(
                    source: settings.name, reads: WebReads.all(of: settings.kind, web),
                    sinceSeconds: web.sinceSeconds, lookBackSeconds: web.lookBackSeconds,
                    maximumPages: web.maximumPages, batchEvents: batchEvents, records: records,
                    rejectPath: rejectPath),
                client: client, now: surroundings.now)
            guard let generations = GenerationReader.Settings(settings, web) else { return pages }
            return SourceReadings(readings: [
                pages, GenerationReader(generations, client: client, now: surroundings.now),
            ])
        case .bucket(let bucket):
            return BucketReader(
                BucketReader.Settings(
                    source: settings.name, prefix: bucket.prefix, maximumObjects: bucket.maximumObjects,
                    batchEvents: batchEvents, records: records, rejectPath: rejectPath),
                bucket: Self.bucket(bucket, surroundings), now: surroundings.now, pause: surroundings.pause)
        }
    }

    private func client(_ web: WebSourceSettings, _ surroundings: SourcePlan.Surroundings) -> WebClient {
        var client = WebClient.Settings()
        client.userAgent = surroundings.userAgent
        client.headers = [("Accept", "application/json")] + WebReads.headers(of: settings.kind)
        client.keyVariable = web.keyVariable
        if let secret = web.keyVariable.flatMap({ surroundings.environment[$0] }), !secret.isEmpty {
            switch web.credential {
            case "bearer": client.headers.append(("Authorization", "Bearer \(secret)"))
            case "key": client.headers.append(("Authorization", "Key \(secret)"))
            default: client.headers.append((web.credential, secret))
            }
        }
        client.limits = FetchLimits(
            total: .seconds(web.timeoutSeconds), bytes: web.pageBytes, redirects: 0)
        client.attempts = web.attempts
        return WebClient(client, now: surroundings.now, pause: surroundings.pause)
    }

    private static func bucket(
        _ bucket: BucketSourceSettings, _ surroundings: SourcePlan.Surroundings
    ) -> ObjectBucket {
        func value(_ variable: String) -> String? {
            surroundings.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        }
        var credential: ObjectBucket.Credential?
        if let keyID = value(bucket.accessKeyVariable), let secret = value(bucket.secretKeyVariable) {
            credential = ObjectBucket.Credential(
                keyID: keyID, secret: secret, sessionToken: value(bucket.sessionTokenVariable))
        }
        return ObjectBucket(
            ObjectBucket.Address(
                endpoint: bucket.endpoint, bucket: bucket.bucket, region: bucket.region,
                isPathStyle: bucket.isPathStyle, credential: credential),
            userAgent: surroundings.userAgent,
            limits: FetchLimits(total: .seconds(bucket.timeoutSeconds), bytes: bucket.objectBytes, redirects: 0))
    }
}
