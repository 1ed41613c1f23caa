internal import Synchronization

/// The ids of fake calls: all different, and no two of a call alike.
final class IssuedIDs: Sendable {
    private let seed: UInt64
    private let emptyPercent: Int
    private let issued = Atomic<UInt64>(0)

    init(seed: UInt64, emptyPercent: Int) {
        self.seed = seed
        self.emptyPercent = emptyPercent
    }

    /// Two ids of 16 and more hexadecimal digits, and whether the one in the body shall be empty.
    func issue() -> (body: String, request: String, isEmpty: Bool) {
        let number = issued.add(1, ordering: .relaxed).newValue
        // Spread evenly over the calls: of a hundred in a row, exactly so many are empty.
        let before = (number - 1) * UInt64(emptyPercent) / 100
        let isEmpty = number * UInt64(emptyPercent) / 100 != before
        let ids = Self.ids(seed, number)
        return (ids.body, ids.request, isEmpty)
    }

    /// The ids that a call has by its own seed, whatever was issued before.
    static func fixed(by seed: UInt64) -> (body: String, request: String) { ids(mixed(seed), 0) }

    private static func ids(_ seed: UInt64, _ number: UInt64) -> (body: String, request: String) {
        (hex(mixed(seed &+ 2 &* number)), hex(mixed(seed &+ 2 &* number &+ 1)))
    }

    /// A permutation of all 64-bit numbers, so that different numbers give different ids.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var value = number &* 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    private static func hex(_ value: UInt64) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(16)
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
            let digit = UInt8((value >> shift) & 15)
            digits.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
