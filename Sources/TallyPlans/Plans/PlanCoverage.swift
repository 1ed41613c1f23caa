package import TallyCore

/// What a plan bills and its credits are used for.
package struct PlanCoverage: Sendable, Hashable {
    /// The routes of the calls it bills.
    ///
    /// Calls of the biller by another route, such as with the customer's own provider key, are someone else's bill.
    package let routes: Set<Route>
    /// Whether credits are used for the biller's other compute too, such as endpoints, spaces and jobs.
    ///
    /// Other compute is on the biller's invoice either way.
    package let includesOtherCompute: Bool

    /// A coverage from its parts.
    package init(routes: Set<Route>, includesOtherCompute: Bool = false) {
        self.routes = routes
        self.includesOtherCompute = includesOtherCompute
    }

    /// Whether a call by a route is billed; a route that is not known is taken for the biller's own.
    package func bills(_ route: Route?) -> Bool {
        route.map(routes.contains) ?? true
    }

    /// The names plan files and lists use, in a fixed order: routes, then `compute`.
    package var names: [String] {
        Route.allCases.filter(routes.contains).map(\.rawValue) + (includesOtherCompute ? [Self.otherCompute] : [])
    }

    /// The name of other compute.
    package static let otherCompute = "compute"
}
