internal import NIOCore

/// Turns the pieces of a body into what is sent: line ends, compression, other pieces than they came in.
struct PieceEncoder {
    private let script: FakeScript
    private let isStream: Bool
    private let deflater: Deflater?
    /// What has not filled a piece of the size asked for yet.
    private var rest = ByteBuffer()

    /// What an answer sends, and how; a body in one piece is compressed at once, so that its length is known.
    static func prepare(_ answer: Answer) -> (any BodySource, PieceEncoder) {
        if !answer.hasBody { return (WholeBody(ByteBuffer()), PieceEncoder(answer, deflater: nil)) }
        var source = answer.body
        switch answer.script.garbage {
        case .body: source = SpoiltBody(sound: source)
        case .sse where answer.isStream: source = SpoiltEvents(source)
        case .sse, .head, nil: break
        }
        let deflater = answer.script.encoding.flatMap(Deflater.init)
        if let deflater, source.pieceCount == 1, !answer.isStream {
            var whole = ByteBuffer()
            source.write(0, into: &whole)
            let compressed = WholeBody(deflater.deflate(whole, isLast: true))
            return (compressed, PieceEncoder(answer, deflater: nil))
        }
        return (source, PieceEncoder(answer, deflater: deflater))
    }

    private init(_ answer: Answer, deflater: Deflater?) {
        script = answer.script
        isStream = answer.isStream
        self.deflater = deflater
    }

    /// The head of the response, with its framing.
    func head(_ answer: Answer, _ source: any BodySource) -> ResponseHead {
        var fields = answer.fields
        if let encoding = script.encoding { fields.append(("content-encoding", encoding.name)) }
        fields += script.fields
        if script.headerBytes > 0 { fields += Self.filler(script.headerBytes) }
        var head = ResponseHead(status: answer.status, fields: fields, framing: .none, closes: answer.closes)
        if !answer.hasBody { return head }
        let length = deflater == nil ? length(of: source) : nil
        switch script.framing ?? (isStream ? .chunked : .length) {
        case .length: head.framing = length.map { .length(max(0, $0 + script.lengthError)) } ?? .chunked
        case .chunked: head.framing = .chunked
        case .close: head.framing = .untilClose
        }
        if head.framing == .chunked, !answer.mayBeChunked { head.framing = .untilClose }
        if head.framing == .untilClose || script.lengthError != 0 { head.closes = true }
        return head
    }

    mutating func encode(_ piece: ByteBuffer, to sink: any ResponseSink) {
        var bytes = piece
        if isStream, script.endsLinesWithCRLF { bytes = Self.withCRLF(bytes) }
        if let deflater { bytes = deflater.deflate(bytes, isLast: false) }
        pass(bytes, to: sink)
    }

    /// Sends what only the end brings out.
    mutating func end(to sink: any ResponseSink) {
        if let deflater { pass(deflater.deflate(ByteBuffer(), isLast: true), to: sink) }
        letGo(to: sink)
    }

    /// Sends what has not filled a piece yet.
    mutating func letGo(to sink: any ResponseSink) {
        if rest.readableBytes > 0 { sink.send(rest) }
        rest.clear()
    }

    private mutating func pass(_ bytes: ByteBuffer, to sink: any ResponseSink) {
        guard let size = script.split else { return sink.send(bytes) }
        rest.writeImmutableBuffer(bytes)
        while let part = rest.readSlice(length: size) {
            sink.send(part)
            sink.flush()
        }
        rest.discardReadBytes()
    }

    /// The length of a body; one whose length is not known is made once to be measured, if a length is asked for.
    private func length(of source: any BodySource) -> Int? {
        if let length = source.length { return length }
        guard script.framing == .length else { return nil }
        var buffer = ByteBuffer()
        var length = 0
        for piece in 0..<source.pieceCount {
            buffer.clear()
            source.write(piece, into: &buffer)
            length += isStream && script.endsLinesWithCRLF ? Self.withCRLF(buffer).readableBytes : buffer.readableBytes
        }
        return length
    }

    private static func withCRLF(_ bytes: ByteBuffer) -> ByteBuffer {
        var result = ByteBuffer()
        for byte in bytes.readableBytesView {
            if byte == UInt8(ascii: "\n") { result.writeInteger(UInt8(ascii: "\r")) }
            result.writeInteger(byte)
        }
        return result
    }

    /// Header fields that take exactly so many bytes of HTTP/1, at least 16, each at most 4,096.
    private static func filler(_ count: Int) -> [RequestHead.Field] {
        var fields: [RequestHead.Field] = []
        var left = count
        while left > 0 {
            // Never less than one field's own bytes may stay for the last.
            let size = left <= 4_096 ? left : min(4_096, left - 16)
            let name = "x-filler"
            fields.append((name, String(repeating: "x", count: size - name.utf8.count - 4)))
            left -= size
        }
        return fields
    }
}
