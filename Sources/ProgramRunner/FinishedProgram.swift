/// What a program that has ended leaves.
package struct FinishedProgram: Sendable {
    /// How it ended.
    package let ending: ProgramEnding
    /// What it wrote to standard output.
    package let output: String
    /// What it wrote to standard error.
    package let errors: String
    /// The most memory it held at once, as the kernel counts it.
    package let peakResidentBytes: Int
}
