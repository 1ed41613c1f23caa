/// An attribute of telemetry, as far as one can be of use here: contents of a call are attributes too, and are not
/// copied (I7).
package struct TelemetryAttribute: Sendable, Equatable {
    /// Its name.
    package let name: String
    /// Its value.
    package let value: Value

    /// The value of an attribute.
    package enum Value: Sendable, Equatable {
        /// Text that is short enough to be a name or an id.
        case text(String)
        /// A whole number.
        case integer(Int64)
        /// True or false.
        case bool(Bool)
        /// What is none of these, or too long.
        case other
    }

    /// The longest name of an attribute that is of use, in bytes.
    package static let maximumNameBytes = 64
    /// The longest text of an attribute that is of use, in bytes.
    package static let maximumTextBytes = FieldReader.maximumTextBytes

    /// An attribute from its parts.
    package init(name: String, value: Value) {
        self.name = name
        self.value = value
    }
}
