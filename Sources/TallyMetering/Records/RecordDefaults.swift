package import TallyCore

/// What a log does not say, as the command line or a source's configuration says it.
package struct RecordDefaults: Sendable {
    /// Biller, provider, model and route of records that name none.
    package var offering = Offering()
    /// Project, user and tags of records that name none.
    ///
    /// They take no part in an event's identity, so that importing the same log again under another project corrects
    /// its events.
    package var attribution = Attribution()
    /// The zone of times without an offset.
    package var zone = ReportZone.utc
    /// Keeps two logs apart that may hold equal lines; takes part in the identity.
    package var sourceName: String?
    /// The spellings of billers and providers.
    package var aliases = ProviderAliases()

    /// Nothing.
    package init() {}
}
