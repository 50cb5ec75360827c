import Files
import Foundation
import Manual

/// A verb as an assistant sees it: a name, what it does, and a JSON schema of what it takes.
public struct Tool: Sendable {
  /// The verb.
  public let verb: Verb

  /// The verb as a tool.
  public init(_ verb: Verb) { self.verb = verb }

  /// Whether it leaves files.
  public var writes: Bool { verb.flags.contains { $0.kind.isPath } }

  /// What an assistant is told of it.
  var description: JSON {
    [
      ("name", .string(verb.name)), ("title", .string("latent \(verb.name)")),
      ("description", .string(([verb.summary] + verb.notes).joined(separator: " "))),
      ("inputSchema", schema),
      (
        "annotations",
        [
          "readOnlyHint": .bool(!writes), "destructiveHint": false, "idempotentHint": true,
          "openWorldHint": false,
        ]
      ),
    ].json
  }

  /// The flags that an assistant may give: those that are about how a person is answered are the server's.
  var flags: [Flag] {
    verb.allFlags.filter { !["json", "quiet", "help"].contains($0.name) }
  }

  /// JSON schema of the arguments, in dialect 2020-12.
  var schema: JSON {
    var properties: [(String, JSON)] = []
    var required: [JSON] = []
    for positional in verb.positionals {
      let name = positional.name.lowercased()
      let help = JSON.string(positional.help)
      switch positional.presence {
      case .required:
        required.append(.string(name))
        properties.append((name, ["type": "string", "description": help]))
      case .optional, .unless: properties.append((name, ["type": "string", "description": help]))
      case .repeated, .any:
        properties.append(
          (name, ["type": "array", "items": ["type": "string"], "description": help]))
      }
    }
    for flag in flags {
      var members = flag.kind.schema + [("description", JSON.string(flag.help))]
      if let standard = flag.standard, let value = flag.kind.value(standard) {
        members.append(("default", value))
      }
      if flag.isRequired { required.append(.string(flag.name)) }
      properties.append((flag.name, .object(members)))
    }
    return [
      ("type", "object"), ("properties", .object(properties)), ("required", .array(required)),
      ("additionalProperties", false),
    ].json
  }

  /// The words that `arguments` make after the verb's name; paths that are written to are first handed to `place`.
  ///
  /// - Throws: ``UserError`` or ``UsageError`` naming the argument that is wrong.
  func words(
    _ arguments: JSON, place: (_ name: String?, _ flag: Flag, _ verb: Verb) throws -> String
  ) throws -> [String] {
    guard let members = arguments.members else { throw UserError("arguments must be an object") }
    var words: [String] = []
    var places = [[String]](repeating: [], count: verb.positionals.count)
    for (name, value) in members where value != .null {
      if let index = verb.positionals.firstIndex(where: { $0.name.lowercased() == name }) {
        places[index] = try (value.values ?? [value]).map { try Self.text($0, of: name) }
        continue
      }
      guard let flag = flags.first(where: { $0.name == name }) else {
        let names = verb.positionals.map { $0.name.lowercased() } + flags.map(\.name)
        let advice = nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
        throw UserError("\(verb.name) takes no \(name)\(advice)")
      }
      let texts = try (value.values ?? [value]).map { try Self.text($0, of: name) }
      let text = texts.joined(separator: ",")
      words.append("--\(name)=\(flag.kind.isPath ? try place(text, flag, verb) : text)")
    }
    for flag in flags where flag.kind.isPath && !flag.isRequired {
      guard flag.name == "out", !members.contains(where: { $0.name == "out" }) else { continue }
      words.append("--out=\(try place(nil, flag, verb))")
    }
    words += ["--json", "--quiet", "--"] + places.flatMap(\.self)
    _ = try Arguments.parse(words, verb: verb)
    return words
  }

  private static func text(_ value: JSON, of name: String) throws -> String {
    switch value {
    case .string(let text): text
    case .int(let number): "\(number)"
    case .number(let number) where number.isFinite: "\(number)"
    case .bool(let flag): flag ? "true" : "false"
    default: throw UserError("\(name) takes a text, a number, true, false, or a list of these")
    }
  }
}

extension [(String, JSON)] {
  /// These members as an object.
  var json: JSON { .object(self) }
}

extension Flag.Kind {
  /// Whether its values are files or folders.
  var isPath: Bool { if case .path = self { true } else { false } }

  /// What JSON schema says of its values.
  var schema: [(String, JSON)] {
    switch self {
    case .toggle: [("type", "boolean")]
    case .string, .path: [("type", "string")]
    case .size: [("type", "string"), ("pattern", "^[0-9]+x[0-9]+$")]
    case .int(let range):
      [("type", "integer")]
        + (range.lowerBound > .min ? [("minimum", .int(range.lowerBound))] : [])
        + (range.upperBound < .max ? [("maximum", .int(range.upperBound))] : [])
    case .number(let range):
      [("type", "number")]
        + (range.lowerBound.isFinite ? [("minimum", .number(range.lowerBound))] : [])
        + (range.upperBound.isFinite ? [("maximum", .number(range.upperBound))] : [])
    case .choice(let words): [("type", "string"), ("enum", .array(words.map { .string($0) }))]
    case .list(let kind): [("type", "array"), ("items", .object(kind.schema))]
    }
  }

  /// The JSON that `text`, as on a command line, stands for.
  func value(_ text: String) -> JSON? {
    switch self {
    case .toggle: .bool(text == "true")
    case .string, .path, .size, .choice: .string(text)
    case .int: Int(text).map { .int($0) }
    case .number: Double(text).map { .number($0) }
    case .list(let kind): .array(text.split(separator: ",").compactMap { kind.value(String($0)) })
    }
  }
}
