import CCurl

extension EasyHandle {
    /// Tells libcurl where the bytes of one fetch go: it borrows the exchange, and calls back only within `perform`.
    borrowing func connect(_ exchange: Exchange) throws(Fault) {
        let context = unsafe Unmanaged.passUnretained(exchange).toOpaque()
        try unsafe Self.check(
            ccurl_set_write(
                pointer,
                { bytes, size, count, context in
                    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
                    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
                    // Lent for this call only, and copied. Fewer bytes taken than given stop the transfer.
                    let given = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                    if exchange.cancellation.isRequested { return 0 }
                    return unsafe exchange.append(given) ? given.count : 0
                }, context))
        try unsafe Self.check(
            ccurl_set_header(
                pointer,
                { bytes, size, count, context in
                    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
                    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
                    let given = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                    return unsafe exchange.takeHeadLine(given) ? given.count : 0
                }, context))
        try unsafe Self.check(
            ccurl_set_progress(
                pointer,
                { context, _, _, _, _ in
                    guard let context = unsafe context else { return 1 }
                    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
                    return exchange.cancellation.isRequested ? 1 : 0
                }, context))
    }
}
