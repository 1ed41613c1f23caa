/// A transfer under way, for its starter to steer from any thread.
///
/// Every call is a message to the engine thread and returns at once; after the end of the transfer it does nothing.
package struct Transfer: Sendable {
    let id: UInt64
    let mailbox: EngineMailbox

    /// Sends the next bytes of a streamed body.
    ///
    /// The engine keeps all it is given: who sends only after each ``TransferReceiver/wantsBody()`` has no more than
    /// ``TransferEngine/lowWater`` bytes and one send waiting.
    ///
    /// - Parameter bytes: What comes next.
    package func send(_ bytes: [UInt8]) { mailbox.post(.send(id, bytes)) }

    /// Says that a streamed body is complete.
    package func finishBody() { mailbox.post(.finishBody(id)) }

    /// Lets bytes come again after ``TransferFlow/pause``.
    package func resume() { mailbox.post(.resume(id)) }

    /// Ends the transfer; its receiver is finished with ``TransferFailure/cancelled``, unless it ended by itself before.
    package func cancel() { mailbox.post(.cancel(id)) }
}
