/// Which shapes of call a load has.
package enum LoadMix: Sendable {
    /// Sound ones, half of them streams.
    case sound
    /// Every other is broken, by the provider or by the client, in each way alike.
    case halfBroken
}
