/// What a load is made of.
package struct LoadSettings: Sendable {
    /// The project its calls are charged to.
    package var project: String
    /// The number of its first call.
    package var firstCall: Int
    /// Connections kept busy at once.
    package var connections: Int
    /// The shapes of its calls.
    package var mix: LoadMix

    /// A load.
    ///
    /// - Parameters:
    ///   - project: The project its calls are charged to.
    ///   - firstCall: The number of its first call; no two loads share a number.
    ///   - connections: Connections kept busy at once.
    ///   - mix: The shapes of its calls.
    package init(project: String, firstCall: Int, connections: Int, mix: LoadMix = .sound) {
        self.project = project
        self.firstCall = firstCall
        self.connections = connections
        self.mix = mix
    }
}
