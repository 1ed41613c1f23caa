/// One thing a provider counts and bills: a token class, or a unit such as an image or a second.
///
/// The classes are disjoint: a cached token is `cacheRead` and not also `input`, one of audio `cacheReadAudio` and
/// neither of the two. The one exception is `reasoning`, which is a part of `output`, shown apart. This is the only list
/// of them in the code; names are those of the interface.
///
/// A new class goes to the end, whatever it is like: events without an id are known by which classes they state, one bit
/// for each in this order, and must stay the same events. ``shown`` is the order of reports.
public enum UsageClass: Int, Sendable, CaseIterable, Hashable {
    case input
    case cacheRead
    case cacheWrite5m
    case cacheWrite30m
    case cacheWrite1h
    case cacheWrite12h
    case inputAudio
    case inputImage
    case inputVideo
    case output
    case reasoning
    case outputAudio
    case outputImage
    case outputVideo
    case images
    case megapixels
    case audioSeconds
    case videoSeconds
    case computeSeconds
    case characters
    case requests
    case webSearches
    case searchUnits
    case billableUnits
    case cacheReadAudio
    case cacheReadImage

    /// A value for each class, at the place of its raw value.
    public typealias Values<Value> = InlineArray<26, Value>

    /// How many classes there are.
    public static let count = Values<Bool>.count

    /// The name in JSON, in price files, in column names and on the command line, such as `cache_read`.
    public var name: String { Self.names[rawValue] }

    /// The class of a name, or `nil`.
    public init?(name: String) {
        guard let index = Self.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: index)
    }

    /// The names, in order.
    public static let names = [
        "input", "cache_read", "cache_write_5m", "cache_write_30m", "cache_write_1h", "cache_write_12h",
        "input_audio", "input_image", "input_video", "output", "reasoning", "output_audio", "output_image",
        "output_video", "images", "megapixels", "audio_seconds", "video_seconds", "compute_seconds", "characters",
        "requests", "web_searches", "search_units", "billable_units", "cache_read_audio", "cache_read_image",
    ]

    /// The classes in the order of reports, in which those of one kind stand together.
    public static let shown = allCases.sorted { $0.place < $1.place }

    /// The place in ``shown``.
    public var place: Int {
        switch self {
        case .input, .cacheRead: rawValue
        case .cacheReadAudio: UsageClass.cacheRead.rawValue + 1
        case .cacheReadImage: UsageClass.cacheRead.rawValue + 2
        default: rawValue + 2
        }
    }

    /// Stored units in one unit: durations and megapixels are decimals with six digits and are kept as millionths,
    /// everything else is a whole number.
    @inlinable
    public var storedPerUnit: Int64 {
        switch self {
        case .megapixels, .audioSeconds, .videoSeconds, .computeSeconds: 1_000_000
        default: 1
        }
    }

    /// Whether the class counts tokens, rather than units of another kind.
    @inlinable
    public var isToken: Bool { rawValue <= UsageClass.outputVideo.rawValue || isCachedKind }

    /// Whether the class is a part of the request's input, which selects the context tier of a price.
    @inlinable
    public var isInputToken: Bool { rawValue <= UsageClass.inputVideo.rawValue || isCachedKind }

    /// Whether the class is of cached tokens of one kind.
    @inlinable
    var isCachedKind: Bool { self == .cacheReadAudio || self == .cacheReadImage }

    /// Whether the class is a part of another one (`reasoning` of `output`), and so is not added to a total.
    @inlinable
    public var isPart: Bool { self == .reasoning }

    /// The class this one is billed as when it has no price of its own (invariant I6), or `nil`.
    public var parent: UsageClass? {
        switch self {
        case .cacheReadAudio, .cacheReadImage: .cacheRead
        case .cacheWrite1h: .cacheWrite5m
        case .cacheWrite12h: .cacheWrite30m
        case .cacheRead, .cacheWrite5m, .cacheWrite30m, .inputAudio, .inputImage, .inputVideo: .input
        case .reasoning, .outputAudio, .outputImage, .outputVideo: .output
        default: nil
        }
    }

    /// The batch a price of this class is for when the price file names none: a million tokens or characters, else one.
    public var defaultBatch: Int64 {
        isToken || self == .characters ? 1_000_000 : 1
    }
}
