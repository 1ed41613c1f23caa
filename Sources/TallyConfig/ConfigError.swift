/// Why a settings or price file is refused.
///
/// The text names the file, the line, the key and the mend.
package struct ConfigError: Error, Equatable, CustomStringConvertible {
    /// The file as the user named it, or what stands for it.
    package let file: String
    /// The line, from 1; `nil` when the whole file is meant.
    package let line: Int?
    /// What is wrong, naming the key.
    package let problem: String
    /// What to do about it.
    package let mend: String

    /// An error at a place.
    package init(file: String, line: Int? = nil, problem: String, mend: String) {
        self.file = file
        self.line = line
        self.problem = problem
        self.mend = mend
    }

    /// One line for a person: `prices.yaml:41: unknown key 'modle'; did you mean 'model'?`.
    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return "\(place): \(problem); \(mend)"
    }
}

/// The longest piece of a file that an error repeats, in characters.
private let longestQuote = 80

/// Text of a file in quotes, cut and on one line, so that no error grows with the file.
func quoted(_ text: String) -> String {
    let start = text.prefix(longestQuote)
    let shown = start.map { $0.isNewline || $0 == "\t" ? " " : $0 }
    return "'" + String(shown) + (start.endIndex == text.endIndex ? "'" : "…'")
}
