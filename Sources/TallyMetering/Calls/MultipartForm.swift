internal import FastJSON

/// The short fields of a `multipart/form-data` body (RFC 7578), which lies in memory as a whole.
///
/// Files, and fields of more than ``FieldReader/maximumTextBytes``, are passed over.
struct MultipartForm {
    /// What stands before every part, with the line end before it.
    private let delimiter: [UInt8]

    private static let maximumParts = 256
    private static let maximumHeaderBytes = 8 << 10
    /// Of 70 characters by RFC 2046; some clients take more.
    private static let maximumBoundaryBytes = 256

    /// The form that a content type announces; `nil` when it is another type, or has no boundary.
    init?(contentType: String) {
        // Most requests have another type: that is seen at its first letter.
        guard contentType.utf8.first(where: { $0 > 0x20 }).map({ $0 | 0x20 }) == UInt8(ascii: "m") else { return nil }
        let parameters = contentType.split(separator: ";")
        guard parameters.first?.trimmed().lowercased() == "multipart/form-data" else { return nil }
        for parameter in parameters.dropFirst() {
            let parameter = parameter.trimmed()
            guard let equals = parameter.firstIndex(of: "="), parameter[..<equals].lowercased() == "boundary" else {
                continue
            }
            var boundary = parameter[parameter.index(after: equals)...]
            if boundary.hasPrefix("\""), boundary.hasSuffix("\""), boundary.utf8.count > 1 {
                boundary = boundary.dropFirst().dropLast()
            }
            if boundary.isEmpty || boundary.utf8.count > Self.maximumBoundaryBytes { return nil }
            delimiter = Array("\r\n--\(boundary)".utf8)
            return
        }
        return nil
    }

    /// Lends every field that is short text.
    ///
    /// - Parameters:
    ///   - body: The body.
    ///   - take: Takes the name of a field and its value, both borrowed.
    func forEachField(in body: UnsafeRawBufferPointer, _ take: (JSONText, JSONText) -> Void) {
        // The first delimiter has no line end before it where nothing stands before the parts.
        var place = 0
        let opening = Array(delimiter.dropFirst(2))
        if unsafe body.starts(with: opening) {
            place = opening.count
        } else {
            guard let found = unsafe body.firstRange(of: delimiter, from: 0) else { return }
            place = found.upperBound
        }
        for _ in 0..<Self.maximumParts {
            if unsafe body[place...].starts(with: "--".utf8) { return }
            let limit = min(body.count, place + Self.maximumHeaderBytes)
            let header = unsafe UnsafeRawBufferPointer(rebasing: body[..<limit])
            guard let blank = unsafe header.firstRange(of: Array("\r\n\r\n".utf8), from: place),
                let end = unsafe body.firstRange(of: delimiter, from: blank.upperBound - 2)
            else { return }
            let value = min(blank.upperBound, end.lowerBound)..<end.lowerBound
            if value.count <= FieldReader.maximumTextBytes,
                let name = unsafe Self.fieldName(UnsafeRawBufferPointer(rebasing: body[place..<blank.lowerBound]))
            {
                unsafe name.withUnsafeBytes { name in
                    unsafe take(
                        JSONText(utf8: name), JSONText(utf8: UnsafeRawBufferPointer(rebasing: body[value])))
                }
            }
            place = end.upperBound
        }
    }

    /// The name of a field, from the headers of its part; `nil` for a file.
    private static func fieldName(_ headers: UnsafeRawBufferPointer) -> [UInt8]? {
        for line in unsafe String(decoding: headers, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":"),
                line[..<colon].trimmed().lowercased() == "content-disposition"
            else { continue }
            var name: [UInt8]?
            for parameter in line[colon...].split(separator: ";").dropFirst() {
                let parameter = parameter.trimmed()
                guard let equals = parameter.firstIndex(of: "=") else { continue }
                let key = parameter[..<equals].lowercased()
                if key.hasPrefix("filename") { return nil }
                guard key == "name" else { continue }
                var value = parameter[parameter.index(after: equals)...]
                if value.hasPrefix("\""), value.hasSuffix("\""), value.utf8.count > 1 {
                    value = value.dropFirst().dropLast()
                }
                name = Array(value.utf8)
            }
            return name
        }
        return nil
    }
}

extension Substring {
    /// The text without white space around it.
    fileprivate func trimmed() -> Substring {
        var rest = drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}

extension UnsafeRawBufferPointer {
    /// The first occurrence of some bytes at or behind a place.
    fileprivate func firstRange(of bytes: [UInt8], from start: Int) -> Range<Int>? {
        var place = start
        while true {
            place = unsafe index(of: bytes[0], from: place)
            if place + bytes.count > count { return nil }
            if unsafe self[place...].starts(with: bytes) { return place..<place + bytes.count }
            place += 1
        }
    }
}
