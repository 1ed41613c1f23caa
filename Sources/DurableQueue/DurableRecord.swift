/// One record as it lies on disk.
package struct DurableRecord: Sendable, Equatable {
    /// Its place in the order of recording.
    ///
    /// Above that of every earlier record, and never given again, though all were removed.
    package let sequence: Int64
    /// What was appended.
    package let bytes: [UInt8]
}
