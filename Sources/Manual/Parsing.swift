import Files

extension Arguments {
  /// Reads the words that follow a verb.
  ///
  /// Flags are `--name value`, `--name=value` or, for a switch, `--name`; they may stand anywhere up
  /// to a `--`, after which every word is positional. Negative numbers are values, not flags.
  ///
  /// A verb that takes settings keeps flags it does not know, each with the word after it. Whether
  /// that word was the setting's value only the method can say: parse again with
  /// ``Verb/knowing(settings:)`` once the method is known.
  ///
  /// - Throws: ``UsageError`` that names the wrong word and the nearest right one.
  public static func parse(_ words: [String], verb: Verb) throws -> Arguments {
    var parser = Parser(verb: verb, rest: words[...])
    try parser.readAll()
    try parser.checkPresence()
    return parser.arguments
  }
}

private struct Parser {
  let verb: Verb
  var rest: ArraySlice<String>
  var arguments: Arguments
  /// Whether an unknown setting took the word after it, which may have been meant by its place.
  var isAmbiguous = false

  init(verb: Verb, rest: ArraySlice<String>) {
    self.verb = verb
    self.rest = rest
    arguments = Arguments(verb: verb)
  }

  mutating func readAll() throws {
    while let word = rest.popFirst() {
      if word == "--" {
        for word in rest { try place(word) }
        rest = []
      } else if looksLikeFlag(word) {
        try readFlag(word)
      } else {
        try place(word)
      }
    }
  }

  private mutating func place(_ word: String) throws {
    let repeats = verb.positionals.contains {
      switch $0.presence {
      case .repeated, .any: true
      case .required, .optional, .unless: false
      }
    }
    guard repeats || arguments.positionals.count < verb.positionals.count else {
      throw error("\(quoted(word)) is one word too many; \(verb.formSentence)")
    }
    arguments.positionals.append(word)
  }

  private mutating func readFlag(_ word: String) throws {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let written = String(parts[0])
    let attached = parts.count > 1 ? String(parts[1]) : nil
    guard let flag = verb.allFlags.first(where: { $0.answers(to: written) }) else {
      return try readUnknown(written, attached)
    }
    let value = try value(of: flag, attached)
    guard flag.kind.accepts(value) else {
      let advice = flag.kind.suggestion(for: value).map { "; did you mean \($0)?" } ?? ""
      throw error("--\(flag.name) takes \(flag.kind.sentence), not \(quoted(value))\(advice)")
    }
    guard arguments.values.updateValue(value, forKey: flag.name) == nil else {
      throw error("--\(flag.name) is given twice")
    }
    if verb.settings.contains(where: { $0.name == flag.name }) {
      arguments.settings.append(.init(name: flag.name, value: value))
    }
  }

  private mutating func value(of flag: Flag, _ attached: String?) throws -> String {
    if let attached { return attached }
    if case .toggle = flag.kind {
      // A setting may be a switch that is on by default, and people write `--name false` for it.
      if let next = rest.first, flag.kind.accepts(next) { return rest.removeFirst() }
      return "true"
    }
    // Numbers below 0 begin as flags do.
    if let next = rest.first,
      !looksLikeFlag(next) || flag.kind.isNumeric && flag.kind.accepts(next),
      next != "--"
    {
      return rest.removeFirst()
    }
    throw error("--\(flag.name) needs a value: \(flag.kind.sentence)")
  }

  private mutating func readUnknown(_ written: String, _ attached: String?) throws {
    let name = String(written.dropFirst(2))
    guard verb.takesSettings, written.hasPrefix("--"), !name.isEmpty else {
      throw error("there is no flag \(written)\(advice(for: written))")
    }
    guard !arguments.settings.contains(where: { $0.name == name }) else {
      throw error("\(written) is given twice")
    }
    var value = attached
    if value == nil, let next = rest.first, !looksLikeFlag(next), next != "--" {
      value = rest.removeFirst()
      isAmbiguous = true
    }
    arguments.settings.append(.init(name: name, value: value))
  }

  private func advice(for written: String) -> String {
    guard let name = nearest(to: written, among: verb.allFlags.map { "--" + $0.name }) else {
      return "; latent \(verb.name) --help lists them"
    }
    return "; did you mean \(name)?"
  }

  func checkPresence() throws {
    for (place, positional) in verb.positionals.enumerated()
    where place >= arguments.positionals.count && !isAmbiguous {
      switch positional.presence {
      case .optional, .any: continue
      case .unless(let name)
      where arguments.isGiven(name) && arguments.string(name) != "false": continue
      case .repeated(let name) where arguments.flag(name): continue
      default: throw error("\(positional.name) is missing; \(verb.formSentence)")
      }
    }
    for flag in verb.allFlags where flag.isRequired && !arguments.isGiven(flag.name) {
      throw error("--\(flag.name) is missing; \(verb.formSentence)")
    }
  }

  private func error(_ sentence: String) -> UsageError {
    UsageError("latent \(verb.name): \(sentence)")
  }
}

extension Flag {
  fileprivate func answers(to written: String) -> Bool {
    written == "--" + name || (short.map { written == "-\($0)" } ?? false)
  }
}

/// Whether `word` is a flag rather than a value: a lone dash and a negative number are values.
func looksLikeFlag(_ word: String) -> Bool {
  word.hasPrefix("-") && word != "-" && word != "--" && Double(word) == nil
}

/// `word` in quotation marks, cut where it is too long for a sentence.
func quoted(_ word: String) -> String {
  let shown = word.count > 60 ? word.prefix(60) + "…" : word[...]
  return "\"\(shown)\""
}
