internal import NIOCore

/// Sends one answer, as its script asks: when, in what pieces, and how far.
///
/// Belongs to the event loop of its sink. What it sends keeps pace with the other side: a body of any length takes no
/// more memory than a few pieces of it.
final class Delivery {
    private enum Phase {
        case waiting
        case sending
        case stalled
        case over
    }

    /// Pieces sent before other connections of the event loop have their turn.
    private static let turn = 256

    private let answer: Answer
    private unowned let sink: any ResponseSink
    private let source: any BodySource
    private let stop: (piece: Int, isHalf: Bool)?
    private var encoder: PieceEncoder
    private var phase = Phase.waiting
    private var next = 0
    private var piece = ByteBuffer()
    private var isPumping = false
    private var timer: Scheduled<Void>?

    init(_ answer: Answer, to sink: any ResponseSink) {
        self.answer = answer
        self.sink = sink
        let (source, encoder) = PieceEncoder.prepare(answer)
        self.source = source
        self.encoder = encoder
        stop = answer.script.interruption.flatMap { Self.stop($0.place, source) }
    }

    /// Starts to answer.
    func begin() {
        if answer.script.headDelay > 0 { wait(answer.script.headDelay) } else { sendHead() }
    }

    /// Goes on, since the sink can take more.
    func resume() {
        if phase == .sending, timer == nil { pump() }
    }

    /// Gives up, since the other side is gone.
    func abandon() {
        timer?.cancel()
        if phase != .over { answer.ticket?.end(.cut) }
        phase = .over
    }

    private func sendHead() {
        let script = answer.script
        if script.interruption?.place == .beforeHead { return interrupt() }
        if let status = script.interim { sink.sendInterim(status) }
        if script.garbage == .head {
            phase = .over
            answer.ticket?.end(.cut)
            return sink.sendGarbage()
        }
        sink.send(encoder.head(answer, source))
        if script.interruption?.place == .afterHead { return interrupt() }
        if script.chunkInterval > 0 || script.flushesEach { sink.flush() }
        phase = .sending
        pump()
    }

    private func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        var left = Self.turn
        repeat {
            while sink.isWritable {
                if left == 0 {
                    sink.flush()
                    return sink.eventLoop.assumeIsolated().execute { self.resume() }
                }
                left -= 1
                if next == stop?.piece { return breakOff() }
                guard next < source.pieceCount else { return finish() }
                let isText = source.textPieces.contains(next)
                make()
                encoder.encode(piece, to: sink)
                if isText, answer.script.chunkInterval > 0 {
                    sink.flush()
                    return wait(answer.script.chunkInterval)
                }
                if answer.script.flushesEach { sink.flush() }
            }
            sink.flush()
        } while sink.isWritable
    }

    private func make() {
        piece.clear()
        source.write(next, into: &piece)
        next += 1
    }

    private func wait(_ milliseconds: Int) {
        let loop = sink.eventLoop.assumeIsolated()
        timer = loop.scheduleTask(in: .milliseconds(Int64(milliseconds))) { self.goOn() }
    }

    private func goOn() {
        timer = nil
        switch phase {
        case .waiting: sendHead()
        case .sending: pump()
        case .stalled, .over: break
        }
    }

    private func finish() {
        phase = .over
        encoder.end(to: sink)
        sink.finish(answer.ticket)
    }

    private func breakOff() {
        if stop?.isHalf == true {
            make()
            encoder.encode(piece.getSlice(at: piece.readerIndex, length: piece.readableBytes / 2) ?? piece, to: sink)
        }
        encoder.letGo(to: sink)
        interrupt()
    }

    private func interrupt() {
        guard let kind = answer.script.interruption?.kind else { return }
        sink.flush()
        if kind == .stall {
            phase = .stalled
        } else {
            phase = .over
            answer.ticket?.end(.cut)
            sink.breakOff(kind)
        }
    }

    private static func stop(_ place: FakeScript.Place, _ source: any BodySource) -> (piece: Int, isHalf: Bool)? {
        let middle = source.pieceCount / 2
        switch place {
        case .beforeHead, .afterHead: return nil
        case .midBody: return (middle, source.pieceCount == 1)
        case .midEvent: return (middle, true)
        case .afterChunks(let count):
            let text = source.textPieces
            return count <= text.count ? (text.lowerBound + count, false) : nil
        }
    }
}
