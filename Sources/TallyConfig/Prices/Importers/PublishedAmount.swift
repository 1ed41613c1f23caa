internal import FastJSON
internal import TallyCore

/// The reading of published amounts.
enum PublishedAmount {
    /// The decimal a number or a string of a table stands for, freed of the debris of binary floats; `nil` when it is
    /// neither or not a decimal.
    static func decimal(_ value: JSONValue?) -> DecimalText? {
        guard let text = value?.numberText ?? value?.text else { return nil }
        return unsafe DecimalText(utf8: text.utf8)?.meant
    }
}

extension JSONValue {
    /// Whether an object says anything: one that is empty, or null throughout, lists no price.
    var hasValues: Bool { members.contains { _, value in !value.isNull } }
}
