extension EmbeddedPostgres {
    /// The bounds of everything that waits, grows or is tried again.
    package struct Limits: Sendable {
        /// How long making a new data directory may take.
        package var initialise: Duration
        /// How long a server may take from its start to its first answer; recovery after a crash is part of it.
        package var ready: Duration
        /// How long to wait while other processes decide or start; longer than a slow first start takes.
        package var startLock: Duration
        /// How long to wait for a server that is being stopped to be gone.
        package var departure: Duration
        /// How long a server may take to stop in order, before it is told to drop everything.
        package var fastStop: Duration
        /// How long a server may take to drop everything, before it is killed.
        package var immediateStop: Duration
        /// How often a start is tried anew when its supervisor or its server was killed meanwhile.
        package var startAttempts: Int
        /// The size of the server's log from which it is begun anew, in bytes.
        package var logBytes: Int64

        /// The bounds for use; tests make them smaller.
        package init(
            initialise: Duration = .seconds(120), ready: Duration = .seconds(120), startLock: Duration = .seconds(300),
            departure: Duration = .seconds(60), fastStop: Duration = .seconds(30),
            immediateStop: Duration = .seconds(10), startAttempts: Int = 5, logBytes: Int64 = 10 << 20
        ) {
            precondition(startAttempts > 0 && logBytes > 0)
            self.initialise = initialise
            self.ready = ready
            self.startLock = startLock
            self.departure = departure
            self.fastStop = fastStop
            self.immediateStop = immediateStop
            self.startAttempts = startAttempts
            self.logBytes = logBytes
        }
    }
}
