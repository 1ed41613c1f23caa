/// What a load is made of.
package struct LoadSettings: Sendable {
    /// The project its calls are charged to.
    package var project: String
    /// The number of its first call.
    package var firstCall: Int
    /// Connections kept busy at once.
    package var connections: Int

    /// A load.
    ///
    /// - Parameters:
    ///   - project: The project its calls are charged to.
    ///   - firstCall: The number of its first call; no two loads share a number.
    ///   - connections: Connections kept busy at once.
    package init(project: String, firstCall: Int, connections: Int) {
        self.project = project
        self.firstCall = firstCall
        self.connections = connections
    }
}
