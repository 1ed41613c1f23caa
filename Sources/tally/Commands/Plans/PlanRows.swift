internal import TallyCore
internal import TallyPlans
internal import TallyService

/// Plans as rows of a table or of CSV.
enum PlanRows {
    private static let columns = [
        "plan", "title", "biller", "fee", "fee_per_seat", "credits", "credits_per_seat", "covers", "serverless",
        "requests_per_day_low", "requests_per_day_high", "overage", "top_up_percent", "commitment", "discounts",
        "effective_from", "effective_to", "subject_to_change", "source",
    ]

    static func csv(_ plans: [Plan]) -> String {
        let rows = [columns] + plans.map(fields)
        return rows.map { $0.map(ReportCSV.field).joined(separator: ",") + "\r\n" }.joined()
    }

    static func table(_ plans: [Plan]) -> String {
        let header = [
            "plan", "biller", "fee a month", "credits a month", "covers", "serverless calls a day", "beyond credits",
            "further terms",
        ]
        var table = TextTable(header, numbers: [])
        for plan in plans {
            table.append([
                plan.name, plan.biller ?? "", amount(plan.fee.amount, plan.fee.isPerSeat, plan.fee.provenance),
                amount(plan.credits.amount, plan.credits.isPerSeat, plan.credits.provenance),
                plan.covers.names.joined(separator: " "), plan.serverless.first.map(serverless) ?? "",
                overage(plan.overage), further(plan),
            ])
        }
        let hasNote = table.text.contains("*")
        return table.text + "\n\(Counted(plans.count, "plan"))\(hasNote ? "; * subject to change" : "")\n"
    }

    /// A plan in the order of the columns.
    private static func fields(_ plan: Plan) -> [String] {
        let terms = plan.serverless.first
        var provenances = [plan.fee.provenance, plan.credits.provenance, plan.overage.provenance]
        provenances += plan.serverless.map(\.provenance) + [plan.overage.topUp?.provenance].compactMap(\.self)
        var sources: [String] = []
        for provenance in provenances where !sources.contains(provenance.source) { sources.append(provenance.source) }
        return [
            plan.name, plan.title, plan.biller ?? "", plan.fee.amount.description, String(plan.fee.isPerSeat),
            plan.credits.amount.description, String(plan.credits.isPerSeat), plan.covers.names.joined(separator: " "),
            terms?.mode.rawValue ?? "", terms?.allowance.map { String($0.low) } ?? "",
            terms?.allowance.map { String($0.high) } ?? "", plan.overage.name, plan.overage.topUp?.fee.text ?? "",
            plan.commitment.description, discounts(plan), plan.effectiveFrom?.description ?? "",
            plan.effectiveTo?.description ?? "", String(provenances.contains { $0.isSubjectToChange }),
            sources.joined(separator: "; "),
        ]
    }

    private static func amount(_ amount: Money, _ isPerSeat: Bool, _ provenance: Provenance) -> String {
        amount.description + mark(provenance) + (isPerSeat ? " a seat" : "")
    }

    private static func serverless(_ terms: ServerlessTerms) -> String {
        switch terms.mode {
        case .metered: "metered"
        case .allowance:
            (terms.allowance.map { "\($0.low) to \($0.high)" } ?? "not known") + mark(terms.provenance)
        }
    }

    private static func overage(_ overage: OverageRule) -> String {
        let rule = overage.name.split(separator: "_").joined(separator: "-")
        return rule + (overage.topUp.map { ", \($0.fee.text) % fee" } ?? "") + mark(overage.provenance)
    }

    private static func further(_ plan: Plan) -> String {
        [
            plan.requiresAccount ? "only calls that name an account" : nil,
            plan.commitment == .zero ? nil : "at least \(plan.commitment) of usage",
            plan.discount.bands.isEmpty ? nil : discounts(plan),
            plan.effectiveFrom.map { "from \($0)" }, plan.effectiveTo.map { "until \($0)" },
        ].compactMap(\.self).joined(separator: ", ")
    }

    private static func discounts(_ plan: Plan) -> String {
        plan.discount.bands.map { "\($0.share.text) % off above \($0.above)" }.joined(separator: ", ")
    }

    private static func mark(_ provenance: Provenance) -> String { provenance.isSubjectToChange ? "*" : "" }
}
