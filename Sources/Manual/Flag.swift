import Files

/// A named choice on the command line, such as `--count 64`.
public struct Flag: Sendable {
  /// The long name, without dashes.
  public let name: String
  /// The one-letter name, if it has one.
  public let short: Character?
  /// The values it takes.
  public let kind: Kind
  /// The word that stands for the value in help; empty for a switch.
  public let placeholder: String
  /// The value it has when it is not given, written as on a command line.
  public let standard: String?
  /// Whether a command without it is refused.
  public let isRequired: Bool
  /// What it does, in a sentence.
  public let help: String

  /// A flag `--name VALUE`; `placeholder` stands for the value in help.
  public init(
    _ name: String, short: Character? = nil, _ kind: Kind, as placeholder: String? = nil,
    default standard: String? = nil, isRequired: Bool = false, _ help: String
  ) {
    self.name = name
    self.short = short
    self.kind = kind
    self.placeholder = placeholder ?? kind.placeholder
    self.standard = standard
    self.isRequired = isRequired
    self.help = help
  }

  /// A switch `--name`.
  public init(_ name: String, short: Character? = nil, _ help: String) {
    self.init(name, short: short, .toggle, help)
  }

  /// The flag as help writes it: `-o, --out FILE`.
  public var form: String {
    let letter = short.map { "-\($0), " } ?? ""
    return letter + "--\(name)" + (placeholder.isEmpty ? "" : " \(placeholder)")
  }
}

extension Flag {
  /// The values that a flag takes.
  public indirect enum Kind: Sendable {
    /// A switch: on when given; `=true` and `=false` also work.
    case toggle
    /// Any text.
    case string
    /// A whole number in a range.
    case int(ClosedRange<Int>)
    /// A finite number in a range.
    case number(ClosedRange<Double>)
    /// A file or folder.
    case path
    /// A height and a width: `28x28`.
    case size
    /// One of some words.
    case choice([String])
    /// Values of one kind with commas between them.
    case list(of: Kind)

    /// A whole number of at least 1.
    public static let count = Kind.int(1...Int.max)
    /// A number of at least 0.
    public static let amount = Kind.number(0...Double.infinity)
  }
}

extension Flag.Kind {
  /// Whether its values are numbers, or numbers with commas between them.
  var isNumeric: Bool {
    switch self {
    case .int, .number: true
    case .list(let kind): kind.isNumeric
    case .toggle, .string, .path, .size, .choice: false
    }
  }

  /// The word that stands for a value of this kind in help.
  var placeholder: String {
    switch self {
    case .toggle: ""
    case .string: "TEXT"
    case .int: "N"
    case .number: "X"
    case .path: "PATH"
    case .size: "HxW"
    case .choice(let words): words.joined(separator: "|")
    case .list(let kind): kind.placeholder + ",…"
    }
  }

  /// What a value of this kind is, to complete the sentence "--name takes …".
  var sentence: String {
    switch self {
    case .toggle: "no value, or =true or =false"
    case .string: "some text"
    case .int(let range): "a whole number" + bounds(range, least: .min, most: .max)
    case .number(let range):
      "a number" + bounds(range, least: -Double.infinity, most: Double.infinity)
    case .path: "a path"
    case .size: "a height and a width such as 28x28"
    case .choice(let words): alternatives(words)
    case .list(let kind): "values with commas between them, each \(kind.sentence)"
    }
  }

  /// The name of this kind in JSON help.
  var name: String {
    switch self {
    case .toggle: "switch"
    case .string: "string"
    case .int: "int"
    case .number: "number"
    case .path: "path"
    case .size: "size"
    case .choice: "choice"
    case .list: "list"
    }
  }

  /// Whether `text` is a value of this kind.
  func accepts(_ text: String) -> Bool {
    switch self {
    case .toggle: text == "true" || text == "false"
    case .string: true
    case .int(let range): Int(text).map(range.contains) ?? false
    case .number(let range): Double(text).map { $0.isFinite && range.contains($0) } ?? false
    case .path: !text.isEmpty
    case .size: PictureSize(argument: text) != nil
    case .choice(let words): words.contains(text)
    case .list(let kind): elements(of: text).allSatisfy(kind.accepts)
    }
  }

  /// The word of a choice, or of a list of choices, that `text` was meant to be.
  func suggestion(for text: String) -> String? {
    switch self {
    case .choice(let words): nearest(to: text, among: words)
    case .list(let kind):
      elements(of: text).first { !kind.accepts($0) }.flatMap(kind.suggestion)
    default: nil
    }
  }
}

/// The parts of a list value; empty ones stay, so that they are refused where they mean nothing.
func elements(of text: String) -> [String] {
  text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
}

/// `a, b or c`.
func alternatives(_ words: [String]) -> String {
  guard words.count > 1, let last = words.last else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " or " + last
}

private func bounds<Bound>(_ range: ClosedRange<Bound>, least: Bound, most: Bound) -> String {
  func written(_ bound: Bound) -> String {
    let text = "\(bound)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
  let (low, high) = (written(range.lowerBound), written(range.upperBound))
  return switch (range.lowerBound == least, range.upperBound == most) {
  case (true, true): ""
  case (false, true): " of at least \(low)"
  case (true, false): " of at most \(high)"
  case (false, false): " from \(low) to \(high)"
  }
}
