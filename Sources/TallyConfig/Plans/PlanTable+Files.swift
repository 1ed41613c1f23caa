package import TallyPlans

extension BuiltInAssets {
    /// The shipped plan table.
    ///
    /// - Throws: ``ConfigError`` when the binary was built with a file that is not valid.
    package static func planTable() throws(ConfigError) -> PlanTable {
        try PlanFile.parse(plansText, origin: .builtIn(plansName), startingWith: .empty, aliases: try spellings())
    }
}

extension PlanTable {
    /// Reads several plan files over the shipped plans.
    ///
    /// - Parameter paths: The files; of plans with one name and first day the later counts.
    /// - Returns: The shipped plans and all that the files have.
    /// - Throws: ``ConfigError`` for the first file that cannot be read or is not valid.
    package static func load(_ paths: [String]) throws(ConfigError) -> PlanTable {
        try load(paths.map(SettingsOrigin.file))
    }

    fileprivate static func load(_ files: [SettingsOrigin]) throws(ConfigError) -> PlanTable {
        let aliases = try BuiltInAssets.spellings()
        var table = try BuiltInAssets.planTable()
        for file in files {
            guard case .file(let path) = file else { continue }
            table = try PlanFile.parse(
                try SettingsFile.read(path), name: path, startingWith: table, aliases: aliases)
        }
        return table
    }
}

extension Configuration {
    /// Reads the plan table these settings name: the shipped plans, which are always there, and their files.
    ///
    /// - Returns: All plans, subscriptions, other compute and purchases.
    /// - Throws: ``ConfigError`` for the first file that cannot be read or is not valid.
    package func loadPlanTable() throws(ConfigError) -> PlanTable { try PlanTable.load(planFiles) }
}
