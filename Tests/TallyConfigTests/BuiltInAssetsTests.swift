import CAssets
import Foundation
import TallyConfig
import Testing

/// What the binary carries is what the repository holds.
struct BuiltInAssetsTests {
    /// Every carried file, as (name, bytes).
    private func assets(_ count: Int, _ at: (Int) -> UnsafePointer<tally_asset>?) -> [(name: String, bytes: [UInt8])] {
        (0..<count).compactMap { index in
            guard let asset = unsafe at(index) else { return nil }
            let bytes = unsafe UnsafeBufferPointer(start: asset.pointee.bytes, count: asset.pointee.length)
            return unsafe (String(cString: asset.pointee.name), Array(bytes))
        }
    }

    @Test func carriesTheFilesOfConfig() throws {
        let carried = unsafe assets(tally_config_count(), tally_config_at)
        #expect(carried.map(\.name) == ["tally.yaml", "prices.yaml", "plans.yaml"])
        for asset in carried { #expect(try Repository.bytes("config/" + asset.name) == asset.bytes) }
        #expect(BuiltInAssets.settingsText == (try Repository.text("config/tally.yaml")))
        #expect(BuiltInAssets.pricesText == (try Repository.text("config/prices.yaml")))
        #expect(BuiltInAssets.plansText == (try Repository.text("config/plans.yaml")))
    }

    @Test func carriesEveryMigrationInOrder() throws {
        let folder = Repository.root.appendingPathComponent("migrations").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }
        let carried = unsafe assets(tally_migration_count(), tally_migration_at)
        #expect(carried.map(\.name) == names.sorted())
        #expect(!carried.isEmpty)
        for asset in carried { #expect(try Repository.bytes("migrations/" + asset.name) == asset.bytes) }
    }

    @Test func listsAllKindsTogetherAndNothingPastTheEnd() {
        let all = unsafe assets(tally_asset_count(), tally_asset_at).map(\.name)
        let parts =
            unsafe assets(tally_config_count(), tally_config_at)
            + assets(tally_migration_count(), tally_migration_at)
        #expect(all == parts.map(\.name))
        #expect(unsafe tally_asset_at(tally_asset_count()) == nil)
        #expect(unsafe tally_config_at(tally_config_count()) == nil)
        #expect(unsafe tally_migration_at(tally_migration_count()) == nil)
    }
}
