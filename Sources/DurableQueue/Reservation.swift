import Synchronization

/// The right to one record: a place in the queue and, on a full disk, a share of the ballast.
///
/// Used by ``DurableQueue/append(_:using:whenSynced:)`` or given back, whichever comes first; never twice, and at the
/// latest when the last reference goes.
package final class Reservation: Sendable {
    let admission: Admission
    private let isHeld = Atomic(true)

    init(admission: Admission) { self.admission = admission }

    deinit { release() }

    /// Gives the place back, unless it was used or given back before.
    package func release() {
        if take() { admission.release() }
    }

    /// Whether the caller is the one who may use the place.
    func take() -> Bool { isHeld.exchange(false, ordering: .acquiringAndReleasing) }
}
