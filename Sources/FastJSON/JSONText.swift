#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The decoded UTF-8 of one string or key of a document, or the raw text of a number.
///
/// A borrowed view: valid only within the `JSONParser.withDocument` call that lent it. Comparing it with a literal
/// allocates nothing, so keys can be told apart in a `switch`.
@safe
package struct JSONText: CustomStringConvertible {
    /// The bytes, without quotes and with escapes resolved.
    package let utf8: UnsafeRawBufferPointer

    @inlinable
    package init(utf8: UnsafeRawBufferPointer) {
        unsafe self.utf8 = unsafe utf8
    }

    /// The number of bytes.
    @inlinable
    package var count: Int { unsafe utf8.count }

    /// Whether there are no bytes.
    @inlinable
    package var isEmpty: Bool { unsafe utf8.isEmpty }

    /// A copy that may be kept.
    @inlinable
    package var string: String { unsafe String(decoding: utf8, as: UTF8.self) }

    @inlinable
    package var description: String { string }

    /// Adds the bytes to an array.
    @inlinable
    package func append(to bytes: inout [UInt8]) {
        unsafe bytes.append(contentsOf: utf8)
    }

    /// Whether the bytes of the text are those of the literal.
    @inlinable
    package static func == (text: JSONText, literal: StaticString) -> Bool {
        guard text.count == literal.utf8CodeUnitCount else { return false }
        guard text.count > 0, let bytes = unsafe text.utf8.baseAddress else { return true }
        return unsafe memcmp(bytes, literal.utf8Start, text.count) == 0
    }

    /// Whether both texts have the same bytes.
    @inlinable
    package static func == (left: JSONText, right: JSONText) -> Bool {
        guard left.count == right.count else { return false }
        guard let first = unsafe left.utf8.baseAddress, let second = unsafe right.utf8.baseAddress else { return true }
        return unsafe memcmp(first, second, left.count) == 0
    }

    /// Whether the text has the bytes of the string's UTF-8.
    @inlinable
    package static func == (text: JSONText, string: String) -> Bool {
        guard text.count == string.utf8.count else { return false }
        guard text.count > 0, let bytes = unsafe text.utf8.baseAddress else { return true }
        var string = string
        return string.withUTF8 { other in
            guard let start = other.baseAddress else { return false }
            return unsafe memcmp(bytes, start, other.count) == 0
        }
    }

    /// Lets a literal be a pattern: `switch key { case "model": … }`.
    @inlinable
    package static func ~= (literal: StaticString, text: JSONText) -> Bool {
        text == literal
    }
}
