import Foundation
import TallyConfig
import TallyCore
import Testing

struct ConfigurationDiscoveryTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func load(_ file: String? = nil, _ environment: [String: String] = [:]) throws -> Configuration {
        try Configuration.load(path: file, environment: environment, workingDirectory: folder.path)
    }

    private func rows(_ count: Int) -> String { "api: { max_rows: \(count) }" }

    @Test func takesTheFirstThatIsNamedOrThere() throws {
        #expect(try load().path == nil)
        #expect(try load(nil, ["TALLY_CONFIG": ""]).path == nil)
        try folder.write("config/tally.yaml", rows(3))
        #expect(try load().path == folder.path + "/config/tally.yaml")
        #expect(try load().api.maxRows == 3)
        try folder.write("environment.yaml", rows(2))
        let environment = ["TALLY_CONFIG": "environment.yaml"]
        #expect(try load(nil, environment).api.maxRows == 2)
        let flag = try folder.write("flag.yaml", rows(1))
        #expect(try load(flag, environment).api.maxRows == 1)
        #expect(try load("flag.yaml", environment).path == flag)
    }

    @Test(arguments: [("none.yaml", [:], "--config"), (nil, ["TALLY_CONFIG": "none.yaml"], "$TALLY_CONFIG")])
    func aNamedFileHasToBeThere(file: String?, environment: [String: String], name: String) throws {
        try folder.write("config/tally.yaml", rows(3))
        #expect {
            try load(file, environment)
        } throws: { error in
            "\(error)".hasPrefix("\(folder.path)/none.yaml: the file cannot be read (there is no such file);")
                && "\(error)".hasSuffix("; it is named by \(name)")
        }
    }

    @Test func theFileFoundHasToBeValid() throws {
        let path = try folder.write("config/tally.yaml", "apu: {}")
        #expect {
            try load()
        } throws: { error in
            "\(error)" == "\(path):1: unknown key 'apu'; did you mean 'api'?"
        }
    }

    private let prices = "prices: [{ biller: gemini, model: m, source: s, prices: { input: 1 } }]"

    @Test func pricesAreThoseTheFileNamesBesideIt() throws {
        let path = try folder.write("deep/tally.yaml", "prices: [mine.yaml, ../other.yaml]")
        try folder.write("deep/mine.yaml", prices)
        try folder.write("other.yaml", "prices: []")
        let settings = try load(path)
        #expect(
            settings.watchedFiles
                == [path, "\(folder.path)/deep/mine.yaml", "\(folder.path)/deep/../other.yaml"])
        let table = try settings.loadPriceTable()
        #expect(table.prices.map(\.biller) == ["google"])
        #expect(table.prices.map(\.source) == ["s"])
    }

    @Test func pricesAreTheBuiltInOnesWhereverAFileWithoutThemLies() throws {
        let path = try folder.write("tally.yaml", rows(1))
        try folder.write("prices.yaml", prices)
        let settings = try load(path)
        #expect(settings.watchedFiles == [path])
        #expect(try settings.loadPriceTable() == BuiltInAssets.priceTable())
        #expect(try load(try folder.write("none.yaml", "prices: []")).loadPriceTable().prices.isEmpty)
    }

    @Test func theRepositorysOwnFileNamesThePricesAndPlansBesideIt() throws {
        let root = Repository.root.path
        let settings = try Configuration.load(path: nil, environment: [:], workingDirectory: root)
        #expect(
            settings.watchedFiles == ["tally.yaml", "prices.yaml", "plans.yaml"].map { "\(root)/config/\($0)" })
        #expect(try settings.loadPriceTable() == BuiltInAssets.priceTable())
        #expect(try settings.loadPlanTable() == BuiltInAssets.planTable())
        let builtIn = try Configuration(text: nil, path: nil)
        #expect(settings.proxy == builtIn.proxy && settings.upstreams == builtIn.upstreams)
    }

    @Test func priceErrorsNameTheirFile() throws {
        let path = try folder.write("tally.yaml", "prices: [bad.yaml]")
        let bad = try folder.write("bad.yaml", "prices:\n  - modle: x\n")
        let settings = try load(path)
        #expect {
            try settings.loadPriceTable()
        } throws: { error in
            "\(error)" == "\(bad):2: unknown key 'modle'; did you mean 'model'?"
        }
    }
}
