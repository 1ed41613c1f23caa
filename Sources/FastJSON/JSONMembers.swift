package import CSimdJSON

/// The members of an object, borrowed as `JSONValue` is.
@safe
package struct JSONMembers: Sequence, IteratorProtocol {
    package typealias Element = (key: JSONText, value: JSONValue)

    @usableFromInline
    var cursor: UnsafePointer<csimdjson_node>
    @usableFromInline
    let end: UnsafePointer<csimdjson_node>

    @inlinable
    package init(first: UnsafePointer<csimdjson_node>, end: UnsafePointer<csimdjson_node>) {
        unsafe cursor = unsafe first
        unsafe self.end = unsafe end
    }

    /// The next key and its value; nil behind the last.
    @inlinable
    @inline(__always)
    package mutating func next() -> (key: JSONText, value: JSONValue)? {
        guard unsafe cursor < end else { return nil }
        let key = unsafe cursor
        unsafe cursor = unsafe key + Int(key.pointee.span)
        let text = unsafe UnsafeRawBufferPointer(start: key.pointee.bytes, count: Int(key.pointee.length))
        return unsafe (JSONText(utf8: text), JSONValue(node: key + 1))
    }
}
