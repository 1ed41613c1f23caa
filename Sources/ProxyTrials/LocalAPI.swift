internal import Foundation
internal import Synchronization

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// Questions to an API on this machine, from a thread that may wait.
enum LocalAPI {
    /// The body of an answer with status 200; `nil` for one with 503, after which asking again may help.
    static func get(_ address: String, within seconds: Double) throws -> Data? {
        guard let url = URL(string: address) else { throw TrialError("\(address) is no address") }
        let received = Mutex<Result<Data?, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let task = URLSession.shared.dataTask(with: url) { data, response, error in
            let status = (response as? HTTPURLResponse)?.statusCode
            let body = data ?? Data()
            let words = String(decoding: body, as: UTF8.self)
            let fault = error ?? TrialError("\(address): status \(status ?? 0): \(words)")
            received.withLock {
                switch status {
                case 200: $0 = .success(body)
                case 503: $0 = .success(nil)
                default: $0 = .failure(fault)
                }
            }
            done.signal()
        }
        task.resume()
        _ = done.wait(timeout: .now() + seconds)
        guard let result = received.withLock({ $0 }) else {
            task.cancel()
            throw TrialError("\(address) is not answered within \(seconds) s")
        }
        return try result.get()
    }
}
