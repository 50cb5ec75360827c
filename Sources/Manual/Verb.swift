/// A command of `latent`: what it is called, takes and does.
public struct Verb: Sendable {
  /// The word that calls it.
  public let name: String
  /// The part of the overview it stands in.
  public let group: Group
  /// What it does, in a line.
  public let summary: String
  /// What follows the name, in order.
  public let positionals: [Positional]
  /// Flags of this verb alone.
  public let flags: [Flag]
  /// Paragraphs that its page shows under the flags.
  public let notes: [String]
  /// Commands to copy.
  public let examples: [Example]
  /// Ways of calling it, where the first one says too little.
  public let otherForms: [String]
  /// Whether flags that nobody here knows are kept, as the settings of a method.
  public let takesSettings: Bool
  /// Settings of the method at hand, once it is known.
  public let settings: [Flag]
  /// What the procedure at hand reads from files, once it is known.
  public let inputs: [Positional]

  init(
    _ name: String, _ group: Group, _ summary: String, _ positionals: [Positional] = [],
    flags: [Flag] = [], otherForms: [String] = [], takesSettings: Bool = false,
    settings: [Flag] = [], inputs: [Positional] = [], notes: [String] = [], examples: [Example]
  ) {
    self.name = name
    self.group = group
    self.summary = summary
    self.positionals = positionals
    self.flags = flags
    self.otherForms = otherForms
    self.takesSettings = takesSettings
    self.settings = settings
    self.inputs = inputs
    self.notes = notes
    self.examples = examples
  }

  /// This verb for a method that has `settings`: it knows and checks each of them, and refuses any other flag.
  public func knowing(settings: [Flag]) -> Verb {
    Verb(
      name, group, summary, positionals, flags: flags, otherForms: otherForms,
      takesSettings: false, settings: settings, notes: [], examples: examples)
  }

  /// Every flag the verb answers to; its own come before those that all verbs share.
  public var allFlags: [Flag] { flags + settings + Verb.commonFlags }

  /// The first form of the command: `latent show SPACE [flags]`.
  public var form: String {
    let needed = flags.filter(\.isRequired).map { "--\($0.name) \($0.placeholder)" }
    return (["latent", name] + positionals.map(\.form) + needed + ["[flags]"])
      .joined(separator: " ")
  }
}

extension Verb {
  /// A part of the overview of verbs.
  public enum Group: String, CaseIterable, Sendable {
    /// Making spaces and finding them again.
    case learning = "Learn a space"
    /// Moving between examples and codes.
    case using = "Use a space"
    /// Measuring what was learned.
    case judging = "Judge a space, a system, the program"
    /// What there is to work with.
    case lookingUp = "Look things up"
  }

  /// A word that is known by its place.
  public struct Positional: Sendable {
    /// The word that stands for it in help.
    public let name: String
    /// When it may be absent, and whether it may repeat.
    public let presence: Presence
    /// What it is, in a phrase.
    public let help: String

    init(_ name: String, _ presence: Presence = .required, _ help: String) {
      self.name = name
      self.presence = presence
      self.help = help
    }

    var form: String {
      switch presence {
      case .required, .unless: name
      case .optional: "[\(name)]"
      case .repeated: "\(name)…"
      case .any: "[\(name)…]"
      }
    }
  }

  /// When a positional word may be absent, and whether it may repeat.
  public enum Presence: Equatable, Sendable {
    /// It must be there.
    case required
    /// It may be absent.
    case optional
    /// It must be there unless the named flag is given, or the named switch on.
    case unless(String)
    /// One or more; none when the named switch is on.
    case repeated(unless: String)
    /// As many as there are.
    case any
  }

  /// A command to copy, with what it does.
  public struct Example: Sendable {
    /// The whole command.
    public let command: String
    /// What it does, in a sentence.
    public let effect: String

    init(_ command: String, _ effect: String) {
      self.command = command
      self.effect = effect
    }
  }
}
