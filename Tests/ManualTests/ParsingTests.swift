import Testing

@testable import Manual

@Suite struct ParsingTests {
  func parse(_ line: String, _ verb: Verb) throws -> Arguments {
    try Arguments.parse(words(line), verb: verb)
  }

  /// The sentence that `line` is refused with.
  func refusal(_ line: String, _ verb: Verb) -> String {
    do {
      _ = try parse(line, verb)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func valuesStandApartOrBehindAnEqualsSign() throws {
    let apart = try parse("a.latent --count 5 --out b.png", .sample)
    let joined = try parse("--count=5 a.latent -o b.png --json", .sample)
    for arguments in [apart, joined] {
      #expect(arguments.positional("SPACE") == "a.latent")
      #expect(arguments.int("count") == 5)
      #expect(arguments.string("out") == "b.png")
    }
    #expect(!apart.flag("json") && joined.flag("json"))
  }

  @Test func whatIsNotGivenHasItsDefault() throws {
    let arguments = try parse("a.latent", .sample)
    #expect(arguments.int("count") == 64 && !arguments.isGiven("count"))
    #expect(arguments.number("temperature") == 1)
    #expect(arguments.seed == 0)
    #expect(try arguments.value("columns", as: Int.self) == 8)
    #expect(try parse("a.latent", .score).ints("samples") == [1, 50])
    #expect(try parse("vae digits", .fit).int("limit") == nil)
  }

  @Test func aNeededValueThatIsMissingIsAnError() throws {
    let arguments = try parse("vae digits", .fit)
    #expect(throws: UsageError.self) { try arguments.value("limit", as: Int.self) }
  }

  @Test func listsSizesAndChoicesAreRead() throws {
    #expect(try parse("a --samples 1,50,500", .score).ints("samples") == [1, 50, 500])
    #expect(try parse("--only training,memory", .bench).list("only") == ["training", "memory"])
    let size = try parse("vae photos --size 28x32", .fit).size("size")
    #expect(size?.height == 28 && size?.width == 32)
    #expect(try parse("a --path spherical", .interpolate).string("path") == "spherical")
    #expect(try parse("a --strengths -2,1 --class b", .edit).list("strengths") == ["-2", "1"])
    #expect(throws: UsageError.self) { try parse("a --strengths --class b", .edit) }
  }

  @Test func negativeNumbersAreValues() throws {
    let arguments = try parse("vae digits --offset -3 --rate -1e-3 --floor=-2", .fit)
    #expect(arguments.settings.map(\.value) == ["-3", "-1e-3", "-2"])
    #expect(
      refusal("a --temperature -1", .sample)
        == "latent sample: --temperature takes a number of at least 0, not \"-1\"")
  }

  @Test func afterTwoDashesEveryWordIsPositional() throws {
    let arguments = try parse("--quick -- --all -h", .check)
    #expect(arguments.positionals == ["--all", "-h"])
    #expect(arguments.flag("quick") && !arguments.flag("all"))
  }

  @Test func unknownFlagsOfFitAreSettingsInOrder() throws {
    let arguments = try parse(
      "vae fashion-mnist --latents 20 --learning-rate=1e-3 --seed 1 --antithetic", .fit)
    #expect(arguments.positionals == ["vae", "fashion-mnist"])
    #expect(arguments.seed == 1)
    #expect(
      arguments.settings == [
        .init(name: "latents", value: "20"), .init(name: "learning-rate", value: "1e-3"),
        .init(name: "antithetic", value: nil),
      ])
  }

  @Test func aMethodThatIsKnownReadsItsSettingsExactly() throws {
    let vae = Verb.fit.knowing(settings: [
      Flag("latents", .count, default: "20", "Number of latent units."),
      Flag("epochs", .count, "Passes over the data."),
      Flag("antithetic", "Pair each sample with its mirror image."),
    ])
    let line = "vae --antithetic digits --latents 5"
    #expect(try parse(line, .fit).positionals == ["vae"])
    let arguments = try parse(line, vae)
    #expect(arguments.positionals == ["vae", "digits"])
    #expect(arguments.int("latents") == 5)
    #expect(
      arguments.settings == [
        .init(name: "antithetic", value: "true"), .init(name: "latents", value: "5"),
      ])
    #expect(try !parse("vae digits --antithetic false", vae).flag("antithetic"))
    #expect(
      refusal("vae digits --epcohs 3", vae)
        == "latent fit: there is no flag --epcohs; did you mean --epochs?")
  }

  @Test func aStoppedRunNeedsOnlyItsSpace() throws {
    let arguments = try parse("--resume demo.latent", .fit)
    #expect(arguments.flag("resume") && arguments.positionals == ["demo.latent"])
    #expect(try parse("--all", .check).positionals.isEmpty)
  }

  @Test(arguments: [
    ("show a --jsno", "latent show: there is no flag --jsno; did you mean --json?"),
    ("show a --zebra", "latent show: there is no flag --zebra; latent show --help lists them"),
    ("show a -x", "latent show: there is no flag -x; latent show --help lists them"),
    ("show", "latent show: SPACE is missing; the form is latent show SPACE [flags]"),
    ("show a b", "latent show: \"b\" is one word too many; the form is latent show SPACE [flags]"),
    (
      "check",
      "latent check: ID is missing; the form is latent check ID… [flags] or latent check --all [flags]"
    ),
    (
      "encode a",
      "latent encode: --out is missing; "
        + "the form is latent encode SPACE [SOURCE] --out FILE [flags]"
    ),
    ("sample a --count", "latent sample: --count needs a value: a whole number of at least 1"),
    (
      "sample a --count --json",
      "latent sample: --count needs a value: a whole number of at least 1"
    ),
    (
      "sample a --count 0",
      "latent sample: --count takes a whole number of at least 1, not \"0\""
    ),
    (
      "sample a --count 99999999999999999999",
      "latent sample: --count takes a whole number of at least 1, not \"99999999999999999999\""
    ),
    ("sample a --count 3 --count=4", "latent sample: --count is given twice"),
    ("fit vae d --beta 1 --beta 2", "latent fit: --beta is given twice"),
    ("show a --json=yes", "latent show: --json takes no value, or =true or =false, not \"yes\""),
    (
      "fit vae d --device cdua",
      "latent fit: --device takes auto, cpu, cuda or mps, not \"cdua\"; did you mean cuda?"
    ),
    (
      "fit vae d --validation 2",
      "latent fit: --validation takes a number from 0 to 0.9, not \"2\""
    ),
    (
      "sample a --temperature inf",
      "latent sample: --temperature takes a number of at least 0, not \"inf\""
    ),
    (
      "fit vae d --validation nan",
      "latent fit: --validation takes a number from 0 to 0.9, not \"nan\""
    ),
    (
      "fit vae d --size 28",
      "latent fit: --size takes a height and a width such as 28x28, not \"28\""
    ),
    (
      "score a --samples 1,,5",
      "latent score: --samples takes values with commas between them, "
        + "each a whole number of at least 1, not \"1,,5\""
    ),
    (
      "bench --only trainign",
      "latent bench: --only takes values with commas between them, "
        + "each training, start or memory, not \"trainign\"; did you mean training?"
    ),
    (
      "fit vae",
      "latent fit: SOURCE is missing; the form is latent fit METHOD SOURCE [flags] "
        + "or latent fit --resume SPACE [flags]"
    ),
  ])
  func aWrongLineIsRefusedInASentence(line: String, sentence: String) throws {
    let parts = words(line)
    #expect(
      refusal(parts.dropFirst().joined(separator: " "), try Verb.named(parts[0])) == sentence)
  }
}

func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }
