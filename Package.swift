// swift-tools-version: 6.2
// Targets, their one-line duties and the direction of their arrows: README, "How it is built".

import PackageDescription

/// The settings every Swift target of the package is compiled with.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
]

let package = Package(
    name: "tally",
    platforms: [.macOS("26.0")],
    products: [
        .executable(name: "tally", targets: ["tally"]),
        .executable(name: "tally-fake-provider", targets: ["tally-fake-provider"]),
        .library(name: "TallyClient", targets: ["TallyClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C libraries and the C and C++ code of our own: everything unsafe starts here.
        .systemLibrary(
            name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(
            name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"]), .brew(["brotli"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .target(name: "CCurlLoop", dependencies: ["CCurl"]),
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CProcess"),
        .target(name: "CScheduling"),
        .target(name: "CAssets"),

        // Wrappers that know nothing of Tally.
        .target(name: "BlockingExecutor", swiftSettings: strict),
        .target(name: "FastJSON", dependencies: ["CSimdJSON"], swiftSettings: strict),
        .target(name: "PostgresClient", dependencies: ["CPostgres", "BlockingExecutor"], swiftSettings: strict),
        .target(name: "EmbeddedPostgres", dependencies: ["CProcess"], swiftSettings: strict),
        .target(name: "ContentDecoding", dependencies: ["CZlib", "CBrotli", "CZstd"], swiftSettings: strict),
        .target(
            name: "LogInput", dependencies: ["ContentDecoding", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        // Generated: the module's README says how.
        .target(
            name: "OTLPMessages", dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
            exclude: ["README.md"]),
        .target(
            name: "DurableQueue",
            dependencies: ["CProcess", "CScheduling", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        .target(
            name: "CurlTransport", dependencies: ["CCurl", "CCurlLoop", "CScheduling", "BlockingExecutor"],
            swiftSettings: strict),
        .target(name: "ObjectStore", dependencies: ["CurlTransport"], swiftSettings: strict),

        // The domain.
        .target(
            name: "TallyCore", dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .target(
            name: "TallyMetering", dependencies: ["TallyCore", "FastJSON"], swiftSettings: strict),
        .target(name: "TallyPlans", dependencies: ["TallyCore"], swiftSettings: strict),
        .target(name: "TallyForecast", dependencies: ["TallyCore"], swiftSettings: strict),

        // The rim: files of settings, the database, the long-running parts, the command line.
        .target(
            name: "TallyConfig",
            dependencies: [
                "TallyCore", "TallyPlans", "FastJSON", "CAssets", .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .target(
            name: "TallyStore",
            dependencies: [
                "TallyCore", "FastJSON", "PostgresClient", "CAssets", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .target(
            name: "TallyService",
            dependencies: [
                "TallyCore", "TallyMetering", "TallyPlans", "TallyForecast", "TallyConfig", "LogInput", "FastJSON",
                "BlockingExecutor", "CAssets", "CScheduling", "ContentDecoding", "CurlTransport", "DurableQueue",
                "ObjectStore", "OTLPMessages", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            exclude: ["API/openapi.json"],
            swiftSettings: strict),
        .executableTarget(
            name: "tally",
            dependencies: [
                "TallyCore", "TallyMetering", "TallyPlans", "TallyForecast", "TallyConfig", "TallyStore",
                "TallyService", "LogInput",
                "EmbeddedPostgres", "PostgresClient", "FastJSON", "BlockingExecutor", "CProcess", "CurlTransport",
                "DurableQueue",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // For programs that wrap their calls themselves.
        .target(
            name: "TallyClient",
            dependencies: ["TallyCore", "TallyMetering", "CurlTransport", "DurableQueue", "FastJSON"],
            swiftSettings: strict),
        .executableTarget(
            name: "tally-client-example", dependencies: ["TallyClient"], path: "Sources/TallyClientExample",
            swiftSettings: strict),

        // For development only: benchmarks, a provider to measure and test against, and what they share with tests.
        .target(name: "ProgramRunner", dependencies: ["CProcess"], swiftSettings: strict),
        .target(
            name: "FakeProvider",
            dependencies: [
                "CZlib", "FastJSON", "ProgramRunner",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "tally-fake-provider",
            dependencies: [
                "FakeProvider",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(
            name: "ProxyLoad",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "ProxyTrials",
            dependencies: [
                "ProxyLoad", "FakeProvider", "ProgramRunner", "EmbeddedPostgres", "DurableQueue", "BlockingExecutor",
                "CProcess", "TallyCore",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "tally-bench",
            dependencies: [
                "ProgramRunner", "ProxyTrials", "TallyCore", "TallyMetering", "TallyConfig", "FastJSON",
                "CurlTransport", "OTLPMessages",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            path: "Sources/Benchmarks", swiftSettings: strict),

        // Tests, and what they share.
        .target(
            name: "TallyTestSupport", dependencies: ["PostgresClient", "TallyCore", "TallyStore"],
            path: "Sources/TallyTestSupport", swiftSettings: strict),
        .executableTarget(
            name: "embedded-postgres-fixture", dependencies: ["EmbeddedPostgres"],
            path: "Tests/EmbeddedPostgresFixture", swiftSettings: strict),
        .testTarget(
            name: "PostgresClientTests", dependencies: ["PostgresClient", "TallyTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "EmbeddedPostgresTests",
            dependencies: ["EmbeddedPostgres", "CProcess", "embedded-postgres-fixture"], swiftSettings: strict),
        .systemLibrary(
            name: "CBrotliEncoder", path: "Tests/CBrotliEncoder", pkgConfig: "libbrotlienc",
            providers: [.apt(["libbrotli-dev"]), .brew(["brotli"])]),
        .testTarget(
            name: "ContentDecodingTests", dependencies: ["ContentDecoding", "CZlib", "CZstd", "CBrotliEncoder"],
            swiftSettings: strict),
        .executableTarget(
            name: "durable-queue-fixture", dependencies: ["DurableQueue"], path: "Tests/DurableQueueFixture",
            swiftSettings: strict),
        .testTarget(
            name: "DurableQueueTests",
            dependencies: ["DurableQueue", "durable-queue-fixture", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        .testTarget(
            name: "LogInputTests", dependencies: ["LogInput", "ContentDecoding", "CZlib", "CZstd"],
            swiftSettings: strict),
        .testTarget(
            name: "CurlTransportTests", dependencies: ["CurlTransport", "TallyTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ObjectStoreTests", dependencies: ["ObjectStore", "CurlTransport", "ProgramRunner"],
            exclude: ["Server"], swiftSettings: strict),
        .testTarget(
            name: "FakeProviderTests", dependencies: ["FakeProvider", "ProgramRunner", "tally-fake-provider"],
            swiftSettings: strict),
        .testTarget(name: "FastJSONTests", dependencies: ["FastJSON"], swiftSettings: strict),
        .testTarget(name: "TallyCoreTests", dependencies: ["TallyCore", "TallyTestSupport"], swiftSettings: strict),
        .testTarget(name: "TallyPlansTests", dependencies: ["TallyPlans", "TallyCore"], swiftSettings: strict),
        .testTarget(
            name: "TallyForecastTests", dependencies: ["TallyForecast", "TallyCore", "TallyTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "TallyMeteringTests",
            dependencies: ["TallyMetering", "TallyCore", "TallyConfig", "FastJSON", "TallyTestSupport"],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "TallyStoreTests", dependencies: ["TallyStore", "TallyCore", "PostgresClient", "TallyTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "TallyServiceTests",
            dependencies: [
                "TallyService", "TallyConfig", "TallyStore", "TallyMetering", "TallyPlans", "TallyForecast",
                "TallyCore", "PostgresClient", "CurlTransport", "DurableQueue", "FakeProvider", "FastJSON",
                "OTLPMessages", "TallyTestSupport", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "ProxyLoadTests",
            dependencies: ["ProxyLoad", "FakeProvider", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: strict),
        .testTarget(
            name: "ProxyTrialsTests", dependencies: ["ProxyTrials", "ProxyLoad"], swiftSettings: strict),
        .testTarget(
            name: "TallyProcessTests",
            dependencies: [
                "FakeProvider", "PostgresClient", "ProgramRunner", "ProxyTrials", "TallyClient", "TallyTestSupport",
                "tally", "tally-client-example", "tally-fake-provider",
            ],
            exclude: ["Clients", "Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "TallyConfigTests", dependencies: ["TallyConfig", "TallyPlans", "TallyCore", "CAssets"],
            exclude: ["Fixtures"], swiftSettings: strict),
    ]
)
