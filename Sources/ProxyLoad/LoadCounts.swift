/// What a load has come to so far.
package struct LoadCounts: Sendable {
    /// Calls sent.
    package internal(set) var sent = 0
    /// Calls that were answered whole with status 200.
    package internal(set) var served = 0
    /// Calls that were answered whole with another status.
    package internal(set) var refused = 0
    /// Calls whose connection broke.
    package internal(set) var cut = 0
    /// Pieces of response received, as the sockets gave them.
    package internal(set) var pieces = 0
    /// Connections that are open, or about to be.
    package internal(set) var connections = 0
}
