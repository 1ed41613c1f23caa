internal import TallyCore

/// An event as its parts are come by, before they are put together.
struct EventParts {
    /// What is neither about the seller nor about who is charged.
    var event = UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent)
    /// What was called and who bills it, as the record says.
    var seller = Seller()
    /// Who is charged, as the record says.
    var charged = Charged()
    /// The `event_id` the record names.
    var eventID: EventIdentity?
    /// What other models used that served a part of the call.
    var otherModels: [ResponseUsage.ModelPart] = []

    /// The parts of an ``Offering``.
    struct Seller: Hashable {
        var biller: String?
        var provider: String?
        var model: String?
        var route: Route?
        var account: String?
        var serviceTier: String?
    }

    /// The parts of an ``Attribution``.
    struct Charged: Hashable {
        var project: String?
        var user: String?
        var key: String?
        var tags: [String: String]?

        /// Of project and user alone: they tell nearly all apart, and hashing tags costs more than comparing them.
        func hash(into hasher: inout Hasher) {
            hasher.combine(project)
            hasher.combine(user)
        }
    }

    /// The parts of a ``Seller`` by the numbers of their names.
    struct SellerIDs: Hashable {
        var biller = NameID.none
        var provider = NameID.none
        var model = NameID.none
        var route: Route?
        var account = NameID.none
        var serviceTier = NameID.none
    }

    /// The parts of a ``Charged`` by the numbers of their names.
    struct ChargedIDs: Hashable {
        var project = NameID.none
        var user = NameID.none
        var key = NameID.none
        var tags = TagsID.none
    }
}
