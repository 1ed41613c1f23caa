extension StreamRelay {
    /// Bytes that may be passed on now.
    package enum Passage: Sendable, Equatable {
        /// Bytes that do not stand in the chunk as they pass: of earlier ones, or what was around a dropped part.
        case bytes([UInt8])
        /// A part of the chunk that was fed.
        case part(Range<Int>)
    }
}

extension StreamRelay.Passage {
    /// All of some passages in one, `nil` of none.
    init?(joining passages: [Self], of chunk: Span<UInt8>) {
        guard let first = passages.first else { return nil }
        if passages.count == 1 {
            self = first
            return
        }
        var joined: [UInt8] = []
        for passage in passages {
            switch passage {
            case .bytes(let bytes): joined += bytes
            case .part(let range):
                unsafe chunk.extracting(range).withUnsafeBytes { unsafe joined.append(contentsOf: $0) }
            }
        }
        self = .bytes(joined)
    }
}
