package import CSimdJSON

/// The elements of an array, borrowed as `JSONValue` is.
@safe
package struct JSONElements: Sequence, IteratorProtocol {
    package typealias Element = JSONValue

    @usableFromInline
    var cursor: UnsafePointer<csimdjson_node>
    @usableFromInline
    let end: UnsafePointer<csimdjson_node>

    @inlinable
    package init(first: UnsafePointer<csimdjson_node>, end: UnsafePointer<csimdjson_node>) {
        unsafe cursor = unsafe first
        unsafe self.end = unsafe end
    }

    /// The next element; nil behind the last.
    @inlinable
    package mutating func next() -> JSONValue? {
        guard unsafe cursor < end else { return nil }
        let element = unsafe cursor
        unsafe cursor = unsafe element + Int(element.pointee.span)
        return unsafe JSONValue(node: element)
    }
}
