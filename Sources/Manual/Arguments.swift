/// What a person gave to a verb: every value is of its flag's kind, and nothing needed is missing.
public struct Arguments: Sendable {
  /// The verb that was called.
  public let verb: Verb
  /// Words known by their place, in order.
  public internal(set) var positionals: [String] = []
  /// Settings of the method, in the order given.
  public internal(set) var settings: [Setting] = []
  /// Values of flags, by long name.
  var values: [String: String] = [:]

  init(verb: Verb) { self.verb = verb }

  /// A setting of a method, as given on the command line.
  public struct Setting: Equatable, Sendable {
    /// The name, without dashes.
    public let name: String
    /// The value; nothing when the name stood alone, which means true.
    public let value: String?
  }

  /// Whether the flag was given, rather than left to its default.
  public func isGiven(_ name: String) -> Bool { values[name] != nil }

  /// The flag's value or default; nothing when it has neither.
  public func string(_ name: String) -> String? { values[name] ?? declared(name).standard }

  /// The flag's value or default as a whole number.
  public func int(_ name: String) -> Int? { string(name).flatMap { Int($0) } }

  /// The flag's value or default as a number.
  public func number(_ name: String) -> Double? { string(name).flatMap { Double($0) } }

  /// The flag's value or default as a height and a width.
  public func size(_ name: String) -> PictureSize? {
    string(name).flatMap(PictureSize.init(argument:))
  }

  /// The parts of the flag's value or default; nothing when it has neither.
  public func list(_ name: String) -> [String]? { string(name).map(elements) }

  /// The parts of the flag's value or default as whole numbers.
  public func ints(_ name: String) -> [Int]? { list(name)?.compactMap { Int($0) } }

  /// Whether the switch is on.
  public func flag(_ name: String) -> Bool { string(name) == "true" }

  /// Where random numbers start.
  public var seed: UInt64 { string("seed").flatMap { UInt64($0) } ?? 0 }

  /// A flag's value or default, of the type the caller wants.
  ///
  /// - Throws: ``UsageError`` when it was not given and has no default.
  public func value<Value: ArgumentValue>(_ name: String, as type: Value.Type = Value.self)
    throws -> Value
  {
    guard let value = string(name).flatMap(Value.init(argument:)) else {
      throw UsageError("latent \(verb.name): --\(name) is missing; \(verb.formSentence)")
    }
    return value
  }

  /// The word in the place that help calls `name`; nothing when it was left out.
  public func positional(_ name: String) -> String? {
    guard let index = verb.positionals.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("latent \(verb.name) has no positional \(name)")
    }
    return index < positionals.count ? positionals[index] : nil
  }

  private func declared(_ name: String) -> Flag {
    guard let flag = verb.allFlags.first(where: { $0.name == name }) else {
      preconditionFailure("latent \(verb.name) has no flag --\(name)")
    }
    return flag
  }
}

extension Verb {
  var formSentence: String { "the form is " + alternatives([form] + otherForms) }
}

/// A type that a flag's text can become.
public protocol ArgumentValue {
  /// The value that `argument` writes; nothing when it writes none.
  init?(argument: String)
}

extension Int: ArgumentValue {
  /// The whole number that `argument` writes in decimal.
  public init?(argument: String) { self.init(argument) }
}

extension UInt64: ArgumentValue {
  /// The whole number that `argument` writes in decimal.
  public init?(argument: String) { self.init(argument) }
}

extension Double: ArgumentValue {
  /// The number that `argument` writes.
  public init?(argument: String) { self.init(argument) }
}

extension String: ArgumentValue {
  /// The text itself.
  public init?(argument: String) { self = argument }
}

extension Array: ArgumentValue where Element: ArgumentValue {
  /// The values that `argument` writes with commas between them.
  public init?(argument: String) {
    let parts = elements(of: argument)
    let values = parts.compactMap(Element.init(argument:))
    guard values.count == parts.count else { return nil }
    self = values
  }
}

/// A picture's height and width in pixels.
public struct PictureSize: Equatable, Sendable, ArgumentValue {
  /// Rows.
  public let height: Int
  /// Columns.
  public let width: Int

  /// The size that `argument` writes, as in `28x28`; each side from 1 to 65,535.
  public init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let height = sides[0], let width = sides[1],
      1...65_535 ~= height, 1...65_535 ~= width
    else { return nil }
    self.height = height
    self.width = width
  }
}
