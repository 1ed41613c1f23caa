internal import Synchronization
package import TallyCore

/// The price book in force, for those who price calls as they pass.
package final class PriceShelf: Sendable {
    /// A book, told apart from others by its address.
    final class Edition: Sendable {
        let book: PriceBook

        init(_ book: PriceBook) { self.book = book }
    }

    private let edition = Mutex<Edition?>(nil)

    /// An empty shelf.
    package init() {}

    /// The edition in force, `nil` before the first.
    var current: Edition? { edition.withLock { $0 } }

    /// Puts a book in force.
    package func put(_ book: PriceBook) {
        let new = Edition(book)
        edition.withLock { $0 = new }
    }
}
