import TallyCore
import Testing

struct ProviderAliasesTests {
    private let aliases = {
        var aliases = ProviderAliases()
        aliases.add("x-ai", for: "xai")
        aliases.add("Fireworks-AI", for: "Fireworks")
        aliases.add("gemini", for: "google")
        return aliases
    }()

    @Test func namesAreKeptInLowerCase() {
        #expect(aliases.canonical("FIREWORKS-ai") == "fireworks")
        #expect(aliases.canonical("fireworks") == aliases.canonical("fireworks-ai"))
        #expect(aliases.entries.map(\.alias) == ["fireworks-ai", "gemini", "x-ai"])
        #expect(aliases.entries.map(\.name) == ["fireworks", "google", "xai"])
        #expect(aliases.canonical("Unheard-Of") == "unheard-of")
    }

    @Test(
        arguments: [
            // biller, provider as said; biller, provider as meant
            (nil, nil, nil, nil), ("openai", nil, "openai", "openai"), (nil, "openai", "openai", "openai"),
            ("OpenAI", "OPENAI", "openai", "openai"), ("openai", "azure", "openai", "azure"),
            (nil, "x-ai", "xai", "xai"), ("X-AI", nil, "xai", "xai"),
            // A router is no provider: who served stays unknown.
            ("huggingface", nil, "huggingface", nil), ("openrouter", nil, "openrouter", nil),
            ("OpenRouter", nil, "openrouter", nil), ("openrouter", "x-ai", "openrouter", "xai"),
            ("huggingface", "fireworks-ai", "huggingface", "fireworks"),
            // The spellings that hold both.
            (nil, "huggingface/together", "huggingface", "together"),
            ("huggingface/together", nil, "huggingface", "together"),
            (nil, "huggingface_together", "huggingface", "together"),
            (nil, "HuggingFace/Fireworks-AI", "huggingface", "fireworks"),
            ("huggingface/together", "huggingface/together", "huggingface", "together"),
            ("huggingface", "huggingface_together", "huggingface", "together"),
            ("huggingface/together", "groq", "huggingface", "groq"),
            ("together", "huggingface/together", "together", "together"),
            (nil, "huggingface/", "huggingface/", "huggingface/"),
            (nil, "huggingfaces/x", "huggingfaces/x", "huggingfaces/x"),
            (nil, "huggingface-x", "huggingface-x", "huggingface-x"),
            (nil, "huggingfac\u{e9}/x", "huggingfac\u{e9}/x", "huggingfac\u{e9}/x"),
            (nil, "huggingface/a/b", "huggingface", "a/b"),
        ] as [(String?, String?, String?, String?)])
    func resolvesWhatIsSaid(_ biller: String?, _ provider: String?, _ meantBiller: String?, _ meantProvider: String?) {
        let meant = aliases.resolve(biller: biller, provider: provider)
        #expect(meant.biller == meantBiller)
        #expect(meant.provider == meantProvider)
        // What has been brought to its one spelling stays as it is.
        let again = aliases.resolve(biller: meant.biller, provider: meant.provider)
        #expect(again == meant)
    }

    @Test func takingApartKeepsSpellings() {
        let parts = ProviderAliases.takenApart(biller: nil, provider: "huggingface/X-AI")
        #expect(parts.biller == "huggingface" && parts.provider == "X-AI")
        let whole = ProviderAliases.takenApart(biller: "X-AI", provider: nil)
        #expect(whole.biller == "X-AI" && whole.provider == nil)
    }

    @Test func laterTablesTakeSpellingsAlong() {
        var later = ProviderAliases()
        later.add("xai", for: "spacex")
        later.add("bard", for: "gemini")
        let merged = aliases.merged(with: later)
        #expect(merged.canonical("x-ai") == "spacex" && merged.canonical("xai") == "spacex")
        #expect(merged.canonical("bard") == "google")
        #expect(aliases.merged(with: aliases) == aliases)
        #expect(ProviderAliases().merged(with: aliases) == aliases)
    }
}
