/// How long the parts of a trial may take: far more than they should, so that only what hangs fails by them.
enum TrialLimits {
    /// A start or a stop of the daemon.
    static let start = Duration.seconds(120)
    /// A command.
    static let command = Duration.seconds(120)
    /// An answer of the API, in seconds.
    static let answerSeconds = 60.0
    /// The calls under way when a load is to end, and so many calls as a step of a trial waits for.
    static let calls = Duration.seconds(120)
    /// A tenth of a long load.
    static let manyCalls = Duration.seconds(1_200)
    /// How long nothing comes into the database until nothing more is taken to come.
    static let stillness = Duration.seconds(20)
}
