import Files
import Foundation

/// One setting of a method, as a flag.
public struct Setting: Equatable, Sendable {
  /// What a setting can be.
  public enum Kind: Equatable, Sendable {
    case integer, number, toggle, text
    case choice([String])
    case integers, numbers
  }

  /// The flag's name without dashes, such as `learning-rate`.
  public let flag: String
  /// Stored properties that lead to it, outermost first.
  public let path: [String]
  /// The type that has the property, for looking up its comment.
  public let owner: String
  public let kind: Kind
  /// The default as text.
  public let initial: String
}

extension Configured {
  /// The method's settings, found by walking its stored properties.
  public static var settings: [Setting] { found(in: Self(), path: []) }

  private static func found(in value: Any, path: [String]) -> [Setting] {
    let owner = "\(type(of: value))"
    return Mirror(reflecting: value).children.flatMap { child -> [Setting] in
      guard let name = child.label else { return [] }
      let place = path + [name]
      guard let (kind, initial) = kind(of: child.value) else {
        return found(in: child.value, path: place)
      }
      let flag = kebab(name)
      return [Setting(flag: flag, path: place, owner: owner, kind: kind, initial: initial)]
    }
  }

  private static func kind(of value: Any) -> (Setting.Kind, String)? {
    switch value {
    case let value as Int: (.integer, "\(value)")
    case let value as Double: (.number, format(value))
    case let value as Bool: (.toggle, value ? "on" : "off")
    case let value as String: (.text, value)
    case let value as [Int]: (.integers, value.map(\.description).joined(separator: ","))
    case let value as [Double]: (.numbers, value.map(format).joined(separator: ","))
    case let value as any (CaseIterable & RawRepresentable):
      choices(value).map { (.choice($0.all), $0.chosen) }
    default: nil
    }
  }

  private static func format(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
  }

  private static func choices<Choice: CaseIterable & RawRepresentable>(
    _ value: Choice
  ) -> (all: [String], chosen: String)? {
    guard let chosen = value.rawValue as? String else { return nil }
    return (Choice.allCases.compactMap { $0.rawValue as? String }, chosen)
  }

  /// This method with the flag `flag` set to `text`.
  ///
  /// - Throws: `UserError` that names the flag and what it may be, or the nearest flag there is.
  public func setting(_ flag: String, to text: String) throws -> Self {
    guard let setting = Self.settings.first(where: { $0.flag == flag }) else {
      let near = nearest(to: flag, among: Self.settings.map(\.flag))
      let hint = near.map { "; did you mean --\($0)?" } ?? ""
      throw UserError("\(Self.card.id) has no setting --\(flag)\(hint)")
    }
    var json = try encoded()
    json[setting.path] = try value(text, setting)
    return try Self(json)
  }

  /// This method's settings as JSON.
  ///
  /// - Throws: `EncodingError` where a number is not finite.
  public func encoded() throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(self))
  }

  /// The method with the settings in `json`; those it does not name have their defaults.
  ///
  /// - Throws: `UserError` naming a setting the method does not have, or the system's reason.
  public init(_ json: JSONValue) throws {
    let initial = try Self().encoded()
    try Self.refuseUnknown(json, initial)
    let full = initial.overlaid(with: json)
    do {
      self = try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(full))
    } catch {
      throw UserError("the settings do not fit \(Self.card.id): \(error)")
    }
  }

  private static func refuseUnknown(_ json: JSONValue, _ known: JSONValue) throws {
    guard case .object(let given) = json, case .object(let fields) = known else { return }
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let field = fields[name] else {
        let near = nearest(to: name, among: Array(fields.keys))
        let hint = near.map { "; did you mean \($0)?" } ?? ""
        throw UserError("\(card.id) has no setting \(name)\(hint)")
      }
      try refuseUnknown(value, field)
    }
  }

  private func value(_ text: String, _ setting: Setting) throws -> JSONValue {
    func wrong(_ right: String) -> UserError {
      UserError("--\(setting.flag) \(text): must be \(right)")
    }
    func integer(_ text: String) throws -> JSONValue {
      guard let value = Int(text) else { throw wrong("a whole number") }
      return .integer(value)
    }
    func number(_ text: String) throws -> JSONValue {
      guard let value = Double(text), value.isFinite else { throw wrong("a number") }
      return .number(value)
    }
    let parts = text.split(separator: ",").map(String.init)
    switch setting.kind {
    case .integer: return try integer(text)
    case .number: return try number(text)
    case .text: return .string(text)
    case .integers: return .array(try parts.map(integer))
    case .numbers: return .array(try parts.map(number))
    case .toggle:
      if ["on", "true", "yes", "1"].contains(text) { return .bool(true) }
      if ["off", "false", "no", "0"].contains(text) { return .bool(false) }
      throw wrong("on or off")
    case .choice(let choices):
      guard choices.contains(text) else { throw wrong("one of \(choices.joined(separator: ", "))") }
      return .string(text)
    }
  }
}

/// `learningRate` as `learning-rate`.
func kebab(_ name: String) -> String {
  name.reduce(into: "") { text, letter in
    if letter.isUppercase { text += "-" }
    text += letter.lowercased()
  }
}
