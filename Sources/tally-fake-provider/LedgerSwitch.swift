internal import ArgumentParser

/// Whether calls are remembered.
enum LedgerSwitch: String, CaseIterable, ExpressibleByArgument {
    case on
    case off
}
