import Files

extension Verb {
  /// Every verb, in the order of the overview.
  public static let all: [Verb] = [
    .fit, .runs, .show,
    .encode, .decode, .sample, .reconstruct, .interpolate, .traverse,
    .edit, .explain, .probe, .lens, .patch, .steer, .neighbours, .map, .stitch, .relate, .geometry,
    .attractors, .export, .serve,
    .score, .report, .compare, .stats, .lab, .check, .bench, .profile,
    .data, .systems, .find, .doctor, .mcp,
  ]

  /// Flags that every verb has.
  public static let commonFlags: [Flag] = [
    Flag("json", "Print the result as JSON."),
    Flag(
      "seed", .int(0...Int.max), default: "0", "Where random numbers start; same seed, same result."
    ),
    Flag("quiet", short: "q", "Say nothing but the result and errors."),
    Flag("help", short: "h", "Show this page."),
  ]

  /// The verb called `name`.
  ///
  /// - Throws: ``UsageError`` with the nearest verb when there is none.
  public static func named(_ name: String) throws -> Verb {
    if let verb = all.first(where: { $0.name == name }) { return verb }
    let advice = nearest(to: name, among: all.map(\.name)).map { "; did you mean \($0)?" }
    throw UsageError("latent: there is no verb \(name)\(advice ?? "; latent --help lists them")")
  }

  static let space = Positional("SPACE", "A space that latent fit made: a folder NAME.latent.")
  static let ownSource = Positional(
    "SOURCE", .optional, "The data; what the space was fitted on when not given.")
  /// How a language model is given a table.
  static let column = Flag(
    "column", .string, as: "COLUMN", "With a table as SOURCE, the column of its texts.")
  static let split = Flag(
    "split", .choice(["train", "validation", "test", "all"]), default: "test",
    "The part of the data to take.")
  /// The part whose codes a map is of.
  static let mappedSplit = Flag(
    "split", .choice(["train", "validation", "test", "all"]), default: "test",
    "The part of a space's data that the map is of.")
}

extension Verb.Positional {
  init(_ name: String, _ help: String) { self.init(name, .required, help) }
}
