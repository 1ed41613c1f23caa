internal import CAssets
internal import Crypto

/// One numbered file of `migrations/`, as the binary carries it.
package struct Migration: Sendable, Equatable {
    /// The file name, whose leading number is its place.
    package let name: String
    /// The SQL.
    let sql: String
    /// SHA-256 of the file, in hexadecimal.
    package let checksum: String

    /// A migration from a name and its SQL.
    package init(name: String, sql: String) {
        self.name = name
        self.sql = sql
        let digits = Array("0123456789abcdef")
        checksum = String(
            SHA256.hash(data: Array(sql.utf8)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

extension Migration {
    /// The files of `migrations/`, in order.
    package static let builtIn: [Migration] = (0..<tally_migration_count()).compactMap { index in
        guard let asset = unsafe tally_migration_at(index) else { return nil }
        let bytes = unsafe UnsafeBufferPointer(start: asset.pointee.bytes, count: asset.pointee.length)
        return unsafe Migration(
            name: String(cString: asset.pointee.name), sql: String(decoding: bytes, as: UTF8.self))
    }
}
