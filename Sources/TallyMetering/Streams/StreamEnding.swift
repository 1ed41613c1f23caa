/// How a stream ended.
package enum StreamEnding: Sendable, Hashable {
    /// With the event that says so: `[DONE]`, `message_stop`, `response.completed`.
    case terminated
    /// In good order, by a protocol that has no such event.
    case closed
    /// Before its end.
    case cutOff
}
