internal import TallyCore

/// Makes texts from elsewhere, such as the values of headers, into ones that the fields of a record take.
package enum RecordText {
    /// A text without control characters, in composed form, cut to the longest that a field takes.
    ///
    /// - Parameter text: Any text.
    /// - Returns: The text; `nil` when nothing of it is left.
    package static func fitted(_ text: String) -> String? {
        let isClean = text.utf8.allSatisfy { $0 >= 32 && $0 < 127 }
        if isClean, text.utf8.count <= FieldReader.maximumTextBytes { return text.isEmpty ? nil : text }
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where scalar.value >= 32 && scalar.value != 127 { kept.append(scalar) }
        var fitted = String.UnicodeScalarView()
        var bytes = 0
        for scalar in NameText.composed(String(kept)).unicodeScalars {
            bytes += UTF8.width(scalar)
            if bytes > FieldReader.maximumTextBytes { break }
            fitted.append(scalar)
        }
        return fitted.isEmpty ? nil : String(fitted)
    }

    /// Tags of which every name and value is fitted, at most as many as a record takes.
    ///
    /// - Parameter tags: Any tags; of two whose names become equal, and past the most there may be, those are kept that
    ///   sort first.
    /// - Returns: The tags; `nil` when there are none.
    package static func fitted(_ tags: [String: String]) -> [String: String]? {
        var kept: [String: String] = [:]
        for (name, value) in tags.sorted(by: { $0.key < $1.key }) where kept.count < FieldReader.maximumTags {
            guard let name = fitted(name), kept[name] == nil else { continue }
            kept[name] = fitted(value) ?? ""
        }
        return kept.isEmpty ? nil : kept
    }
}
