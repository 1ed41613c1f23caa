internal import Hummingbird
internal import TallyCore

/// What is known of a request while it is answered.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// What the key that the request was sent with allows; `nil` when none was needed.
    var grant: KeyGrant?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
    }
}
