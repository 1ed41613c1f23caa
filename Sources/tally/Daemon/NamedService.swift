internal import ServiceLifecycle

/// A part of the daemon that is known by its name.
///
/// The group of all parts logs a part by its description, which would otherwise be all that it holds: credentials among
/// it (I7).
struct NamedService: Service, CustomStringConvertible {
    let description: String
    private let service: any Service

    /// A part under a name.
    init(_ name: String, _ service: any Service) {
        description = name
        self.service = service
    }

    func run() async throws { try await service.run() }
}
