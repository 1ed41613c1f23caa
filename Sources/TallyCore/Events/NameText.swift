internal import Foundation

/// Names in one form of Unicode.
///
/// Swift finds two spellings of one text equal, PostgreSQL and a hash do not. So names are brought to the composed form
/// (NFC) where they enter, and from there on equal names have equal bytes.
public enum NameText {
    /// The text in composed form.
    public static func composed(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 128 } ? text : text.precomposedStringWithCanonicalMapping
    }
}
