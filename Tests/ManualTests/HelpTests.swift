import Testing

@testable import Manual

@Suite struct HelpTests {
  @Test func theVerbsAreThoseOfTheIssues() {
    #expect(
      Set(Verb.all.map(\.name)) == [
        "fit", "show", "runs", "encode", "decode", "sample", "reconstruct", "interpolate", "score",
        "traverse", "edit", "neighbours", "map", "stitch", "relate", "geometry", "attractors",
        "explain", "probe", "lens", "patch", "steer", "export", "serve", "mcp", "report", "compare",
        "stats", "lab", "data", "systems", "find", "check", "bench",
        "doctor", "profile",
      ])
    #expect(Set(Verb.all.map(\.name)).count == Verb.all.count)
  }

  @Test func theOverviewNamesEveryVerb() {
    let page = HelpPage.overview()
    for verb in Verb.all { #expect(page.contains("\n  \(verb.name) ")) }
    #expect(page.contains(Verb.fit.examples[0].command))
  }

  @Test(arguments: Verb.all.map(\.name))
  func aPageShowsEveryFlagArgumentAndExample(name: String) throws {
    let verb = try Verb.named(name)
    let page = HelpPage.render(verb)
    for flag in verb.allFlags { #expect(page.contains(flag.form)) }
    for positional in verb.positionals { #expect(page.contains("  \(positional.name) ")) }
    for example in verb.examples { #expect(page.contains("  \(example.command)\n")) }
    #expect(!verb.examples.isEmpty)
  }

  @Test(arguments: Verb.all.map(\.name))
  func pagesKeepToEightyColumns(name: String) throws {
    let page = HelpPage.render(try Verb.named(name)) + HelpPage.overview()
    for line in page.split(separator: "\n") where line.count > 80 {
      // A command is never broken: it is there to be copied.
      #expect(line.hasPrefix("  latent "))
    }
  }

  @Test(arguments: Verb.all.map(\.name))
  func everyExampleIsReadByItsOwnVerb(name: String) throws {
    let verb = try Verb.named(name)
    for example in verb.examples {
      let parts = words(example.command)
      #expect(parts.prefix(2) == ["latent", verb.name])
      #expect(throws: Never.self) {
        try Arguments.parse(Array(parts.dropFirst(2)), verb: verb)
      }
    }
  }

  @Test(arguments: Verb.all.map(\.name))
  func everyDefaultIsAValueOfItsFlag(name: String) throws {
    let verb = try Verb.named(name)
    for flag in verb.allFlags {
      if let standard = flag.standard { #expect(flag.kind.accepts(standard)) }
      #expect(flag.help.hasSuffix("."))
    }
    #expect(Set(verb.allFlags.map(\.name)).count == verb.allFlags.count)
    let letters = verb.allFlags.compactMap(\.short)
    #expect(Set(letters).count == letters.count)
  }

  @Test func settingsOfAMethodHaveTheirOwnSection() {
    let verb = Verb.fit.knowing(settings: [Flag("beta", .amount, default: "1", "Weight.")])
    #expect(HelpPage.render(verb).contains("Settings of the method\n  --beta X"))
  }

  @Test func boldIsOnlyUsedOnRequest() {
    #expect(!HelpPage.render(.show).contains("\u{1B}"))
    #expect(HelpPage.render(.show, bold: true).contains("\u{1B}[1mlatent show\u{1B}[0m: "))
  }

  @Test func theSameFactsComeAsJSON() {
    let page = HelpPage.json(.interpolate)
    #expect(page["usage"] == ["latent interpolate SPACE [SOURCE] [flags]"])
    guard case .array(let flags)? = page["flags"] else {
      Issue.record("flags is not an array")
      return
    }
    #expect(flags.count == Verb.interpolate.flags.count)
    #expect(flags[4]["choices"] == ["linear", "spherical", "geodesic"])
  }
}

@Suite struct AnswerTests {
  func answer(_ line: String) -> Answer { Answer(to: words(line)) }

  @Test func helpAndVersionNeedNoEngine() {
    #expect(answer("--help") == .page(HelpPage.overview()))
    #expect(answer("help") == answer("-h"))
    #expect(answer("help fit") == .page(HelpPage.render(.fit)))
    #expect(answer("fit --help") == answer("help fit"))
    #expect(answer("show --zebra -h") == .page(HelpPage.render(.show)))
    #expect(answer("--version") == .page("latent \(Latent.version)\n"))
    #expect(answer("show --help --json") == .page(HelpPage.json(.show).pretty + "\n"))
    #expect(answer("--help --json") == .page(HelpPage.overviewJSON().pretty + "\n"))
  }

  @Test func nothingAtAllIsWrongUsageThatShowsTheOverview() {
    #expect(answer("") == .refusal(HelpPage.overview()))
  }

  @Test func aWrongVerbIsMetWithTheNearest() {
    #expect(answer("smaple a") == .refusal("latent: there is no verb smaple; did you mean sample?"))
    #expect(
      answer("help zebra") == .refusal("latent: there is no verb zebra; latent --help lists them"))
    #expect(
      answer("--quiet show a")
        == .refusal("latent: flags such as --quiet follow a verb; latent --help lists them"))
    #expect(
      answer("--json show a")
        == .refusal("latent: flags such as --json follow a verb; latent --help lists them"))
  }

  @Test func workGoesToTheEngineWithTheSameWords() {
    let line = "fit vae digits --latents 3 -- x"
    #expect(answer("fit vae digits --latents 3") == .engine(words("fit vae digits --latents 3")))
    #expect(answer("fit vae --help") == .engine(words("fit vae --help")))
    #expect(answer("help fit vae") == .engine(words("fit vae --help")))
    #expect(
      answer(line)
        == .refusal(
          "latent fit: \"x\" is one word too many; the form is latent fit METHOD SOURCE [flags] "
            + "or latent fit --resume SPACE [flags]"))
  }
}
