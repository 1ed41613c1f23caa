/// Space on the disk that is kept for what was admitted before the disk was full.
protocol SpaceReserve: Sendable {
    /// Takes all of the space, or as much as before if there is not enough; at once if all is there already.
    func fill() throws(SystemFault)

    /// Gives back at least so many bytes, while there are any; whether there were.
    func giveUp(_ bytes: Int) -> Bool
}
