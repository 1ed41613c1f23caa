internal import FastJSON

/// A name by its number in the ``StringInterner`` that gave it: comparing two takes one instruction.
struct NameID: Hashable, Sendable {
    fileprivate let number: Int32

    /// The number, to be hashed.
    var bits: UInt32 { UInt32(bitPattern: number) }

    /// No name.
    static let none = NameID(number: 0)
}

/// Gives equal texts one number and one string: logs repeat the same few names on every line, and making a string costs
/// more than finding it.
struct StringInterner {
    private var table = TextTable()
    /// The names by their numbers; that of no name is empty.
    private var names = [""]
    private let capacity: Int

    /// The most bytes of names before all should be forgotten.
    private static let maximumBytes = 4 << 20

    /// An interner that is full with so many names.
    init(capacity: Int = DraftBuilder.defaultCapacity) {
        self.capacity = capacity
    }

    /// Whether there are so many names that all should be forgotten, between two records.
    var isFull: Bool { table.count >= capacity || table.byteCount >= Self.maximumBytes }

    /// The number of a text that is a name; that of no name for empty text.
    ///
    /// A new text is checked by ``FieldReader/text(_:field:)``; what is found was checked when it came.
    mutating func id(of text: JSONText, field: @autoclosure () -> String) throws(RecordFailure) -> NameID {
        if text.isEmpty { return .none }
        if let number = table.number(of: text) { return NameID(number: Int32(number + 1)) }
        guard let name = try FieldReader.text(text.string, field: field()) else { return .none }
        names.append(name)
        return NameID(number: Int32(table.add(text) + 1))
    }

    /// The string of a text that is a name; `nil` for empty text.
    mutating func name(_ text: JSONText, field: @autoclosure () -> String) throws(RecordFailure) -> String? {
        let id = try id(of: text, field: field())
        return self[id]
    }

    /// The string of a number, `nil` for that of no name.
    subscript(id: NameID) -> String? {
        id == .none ? nil : names[Int(id.number)]
    }

    /// Forgets all names; their numbers are not to be used any more.
    mutating func removeAll() {
        table.removeAll()
        names = [""]
    }
}
