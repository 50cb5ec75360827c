/// The program as a whole.
public enum Latent {
  /// Its version.
  public static let version = "0.1.0"
}

/// What the front program does with a command line: it answers by itself, or leaves it to the engine.
public enum Answer: Equatable, Sendable {
  /// Text for standard output.
  case page(String)
  /// A sentence, or a page, for standard error, and the command line was wrong.
  case refusal(String)
  /// The engine has to run these words.
  case engine([String])

  /// The answer to the words after the program's name.
  ///
  /// Only help, the version and what is plainly wrong are answered here: these must be quick, and
  /// loading the engine takes longer than all of them.
  public init(to words: [String], width: Int = 80, bold: Bool = false) {
    do {
      self = try Answer.answer(words, Style(width: width, bold: bold))
    } catch {
      self = .refusal("\(error)")
    }
  }

  private struct Style {
    let width: Int
    let bold: Bool
  }

  private static func answer(_ words: [String], _ style: Style) throws -> Answer {
    let asksJSON = words.contains("--json")
    guard let first = words.first(where: { $0 != "--json" }) else {
      return .refusal(HelpPage.overview(width: style.width, bold: style.bold))
    }
    switch first {
    case "--version":
      return .page(
        asksJSON
          ? (["version": .string(Latent.version)] as JSON).pretty + "\n"
          : "latent \(Latent.version)\n")
    case "--help", "-h": return overview(asksJSON, style)
    case "help":
      let topics = words.filter { $0 != "--json" }.dropFirst()
      guard !topics.isEmpty else { return overview(asksJSON, style) }
      return try answer(topics + ["--help"] + (asksJSON ? ["--json"] : []), style)
    case _ where words[0].hasPrefix("-"):
      throw UsageError("latent: flags such as \(words[0]) follow a verb; latent --help lists them")
    default: return try answer(words, verb: Verb.named(words[0]), style)
    }
  }

  private static func answer(_ words: [String], verb: Verb, _ style: Style) throws -> Answer {
    let arguments = Array(words.dropFirst())
    let flags = arguments.prefix { $0 != "--" }
    guard flags.contains("--help") || flags.contains("-h") else {
      _ = try Arguments.parse(arguments, verb: verb)
      return .engine(words)
    }
    if verb.takesSettings, let method = arguments.first, !looksLikeFlag(method), method != "--" {
      return .engine(words)
    }
    return .page(
      flags.contains("--json")
        ? HelpPage.json(verb).pretty + "\n"
        : HelpPage.render(verb, width: style.width, bold: style.bold))
  }

  private static func overview(_ asksJSON: Bool, _ style: Style) -> Answer {
    .page(
      asksJSON
        ? HelpPage.overviewJSON().pretty + "\n"
        : HelpPage.overview(width: style.width, bold: style.bold))
  }
}
