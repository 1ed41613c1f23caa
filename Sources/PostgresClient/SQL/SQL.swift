/// A statement whose interpolated values travel apart from its text, as binary parameters.
///
/// `"select * from t where id = \(id)"` sends `$1` and the value. Nothing interpolated is ever pasted into the text
/// except through `\(raw:)`.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// PostgreSQL's own limit for the parameters of one statement.
    package static let maximumParameters = 65_535

    enum Piece: Sendable {
        case text(String)
        case parameter(PostgresType, Result<[UInt8]?, PostgresError>)
    }

    private(set) var pieces: [Piece]

    /// Takes a text without parameters.
    package init(stringLiteral text: String) { pieces = [.text(text)] }

    /// Takes the text and values of a string literal with interpolations.
    package init(stringInterpolation: Interpolation) { pieces = stringInterpolation.pieces }

    private init(pieces: [Piece]) { self.pieces = pieces }

    /// Takes text as it is; never give it anything a user wrote.
    package init(raw text: String) { self.init(stringLiteral: text) }

    /// Joins two parts; parameters are renumbered.
    package static func + (left: SQL, right: SQL) -> SQL { SQL(pieces: left.pieces + right.pieces) }

    /// Appends a part; parameters are renumbered.
    package static func += (left: inout SQL, right: SQL) { left.pieces += right.pieces }
}

extension SQL {
    /// Collects the parts of an `SQL` literal.
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        /// Prepares for a literal of that size.
        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(2 * interpolationCount + 1)
        }

        /// Appends text of the literal.
        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { pieces.append(.text(literal)) }
        }

        /// Appends a value as a parameter.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
            var bytes = PostgresBytes()
            do throws(PostgresError) {
                try value.encode(into: &bytes)
                guard bytes.bytes.count <= PostgresBytes.maximumValueBytes else {
                    throw PostgresError(.encoding, "a parameter is above PostgreSQL's limit of 1 GB; split it")
                }
                pieces.append(.parameter(Value.postgresType, .success(bytes.bytes)))
            } catch {
                // Interpolation cannot throw; the statement does when it is sent.
                pieces.append(.parameter(Value.postgresType, .failure(error)))
            }
        }

        /// Appends a value as a parameter, nil as NULL.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            if let value {
                appendInterpolation(value)
            } else {
                pieces.append(.parameter(Value.postgresType, .success(nil)))
            }
        }

        /// Splices text as it is; never give it anything a user wrote.
        package mutating func appendInterpolation(raw text: String) {
            pieces.append(.text(text))
        }

        /// Splices a name, quoted.
        package mutating func appendInterpolation(identifier name: String) {
            pieces.append(.text(SQL.quoted(identifier: name)))
        }

        /// Splices another part with its parameters.
        package mutating func appendInterpolation(sql: SQL) {
            pieces += sql.pieces
        }
    }

    /// A name in the quotes of PostgreSQL.
    package static func quoted(identifier name: String) -> String {
        var text = "\""
        for character in name.unicodeScalars {
            if character == "\"" { text.append("\"") }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }
}
