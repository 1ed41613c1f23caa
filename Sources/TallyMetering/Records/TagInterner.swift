internal import FastJSON

/// Tags by their number in the ``TagInterner`` that gave it.
struct TagsID: Hashable, Sendable {
    fileprivate let number: Int32

    /// The number, to be hashed.
    var bits: UInt32 { UInt32(bitPattern: number) }

    /// No tags.
    static let none = TagsID(number: 0)
}

/// Gives objects of tags that are written alike one number: taking one apart makes a dictionary and two strings a tag.
struct TagInterner {
    private var table = TextTable()
    /// The tags by their numbers; those of no tags are `nil`.
    private var tags: [[String: String]?] = [nil]
    /// The members of the object in hand, each name and value behind its kind and length.
    private var written: [UInt8] = []
    private let capacity: Int

    /// The most bytes of objects before all should be forgotten.
    private static let maximumBytes = 4 << 20

    /// An interner that is full with so many objects.
    init(capacity: Int = DraftBuilder.defaultCapacity) {
        self.capacity = capacity
    }

    /// Whether there are so many objects that all should be forgotten, between two records.
    var isFull: Bool { table.count >= capacity || table.byteCount >= Self.maximumBytes }

    /// The number of an object's tags.
    ///
    /// - Throws: What ``TagReader/tags(_:field:)`` throws, which takes apart what was not seen before.
    mutating func id(of value: JSONValue, field: String) throws(RecordFailure) -> TagsID {
        if value.kind == .object, value.count == 0 { return .none }
        write(value)
        if let number = table.number(of: written) { return TagsID(number: Int32(number + 1)) }
        tags.append(try TagReader.tags(value, field: field))
        return TagsID(number: Int32(table.add(written) + 1))
    }

    /// The tags of a number.
    subscript(id: TagsID) -> [String: String]? { tags[Int(id.number)] }

    /// Forgets all tags; their numbers are not to be used any more.
    mutating func removeAll() {
        table.removeAll()
        tags = [nil]
    }

    /// Writes down the members of an object; those that are no scalars are refused, and so never found again.
    private mutating func write(_ value: JSONValue) {
        written.removeAll(keepingCapacity: true)
        for (name, member) in value.members {
            write(name, kind: 0)
            switch member.kind {
            case .string: write(member.nodeText, kind: 1)
            case .number: write(member.nodeText, kind: 2)
            case .bool: written.append(member.bool == true ? 3 : 4)
            case .null: written.append(5)
            case .array, .object: written.append(6)
            }
        }
    }

    private mutating func write(_ text: JSONText, kind: UInt8) {
        written.append(kind)
        var count = UInt32(text.count)
        for _ in 0..<4 {
            written.append(UInt8(truncatingIfNeeded: count))
            count >>= 8
        }
        text.append(to: &written)
    }
}
