import Files
import HTTP
import Manual

/// What a value may be: the same description checks bodies and makes the OpenAPI document.
indirect enum Schema: Sendable {
  /// Anything.
  case any
  case boolean
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  /// A text of at most so many characters.
  case text(most: Int)
  case choice([String])
  /// A text that consists of small letters, digits and hyphens, 1 to 64 of them.
  case slug
  /// Numbers in lists inside each other, none of them empty.
  case numbers
  case list(of: Schema, count: ClosedRange<Int>)
  /// Named values, and no others.
  case object([Field])
  case map(of: Schema)
  case either([Schema])
  case orNull(Schema)
  /// Bytes of a file.
  case bytes

  /// A named part of an object.
  struct Field: Sendable {
    let name: String
    let schema: Schema
    let isRequired: Bool
    let doc: String

    init(_ name: String, _ schema: Schema, required isRequired: Bool = false, _ doc: String = "") {
      (self.name, self.schema, self.isRequired, self.doc) = (name, schema, isRequired, doc)
    }
  }

  /// A list of any length.
  static func list(_ of: Schema) -> Schema { .list(of: of, count: 0...Int.max) }
  /// A count from 0.
  static let whole = Schema.integer(0...Int(Int32.max))
  /// Any number.
  static let real = Schema.number(-Double.infinity...Double.infinity)
  /// A text of any length.
  static let words = Schema.text(most: .max)
}

extension Schema {
  /// - Throws: ``UserError`` naming what is not as it may be, and what would be right.
  func check(_ value: JSONBody, at place: String) throws {
    let ok: Bool
    switch self {
    case .any: ok = true
    case .boolean:
      if case .bool = value { ok = true } else { ok = false }
    case .integer(let range): ok = value.integer.map(range.contains) ?? false
    case .number(let range): ok = value.double.map(range.contains) ?? false
    case .text(let most):
      ok = value.string.map { $0.utf8.count <= most || $0.unicodeScalars.count <= most } ?? false
    case .choice(let words): ok = value.string.map(words.contains) ?? false
    case .slug: ok = value.string.map(Self.isSlug) ?? false
    case .numbers: ok = value.array != nil
    case .list(let schema, let count): return try checkList(value, schema, count, place)
    case .object(let fields): return try checkFields(value, fields, place)
    case .map(let schema):
      guard case .fields(let fields) = value else { throw wrong(value, place) }
      return try fields.forEach { try schema.check($0.value, at: "\(place).\($0.name)") }
    case .either(let schemas):
      ok = schemas.contains { (try? $0.check(value, at: place)) != nil }
      if !ok, let near = schemas.first(where: { $0.isLike(value) }) {
        return try near.check(value, at: place)
      }
    case .orNull(let schema):
      if case .null = value { return }
      return try schema.check(value, at: place)
    case .bytes: ok = false
    }
    if !ok { throw wrong(value, place) }
  }

  private func wrong(_ value: JSONBody, _ place: String) -> UserError {
    let given =
      switch value {
      case .number(let number): plain(number)
      case .text(let text): "\"\(printable(text))\""
      default: value.kind
      }
    return UserError("\(place) must be \(sentence), not \(given)")
  }

  private func plain(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }

  private func checkList(
    _ value: JSONBody, _ schema: Schema, _ count: ClosedRange<Int>, _ place: String
  ) throws {
    func checkCount(_ found: Int) throws {
      guard count.contains(found) else {
        throw UserError("\(place) must be \(sentence), and has \(found) entries")
      }
    }
    switch value {
    case .list(let values):
      try checkCount(values.count)
      for (index, value) in values.enumerated() {
        try schema.check(value, at: "\(place)[\(index)]")
      }
    case .numbers(let array) where array.shape.count == 1:
      try checkCount(array.count)
      for (index, number) in array.values.enumerated() {
        try schema.check(.number(Double(number)), at: "\(place)[\(index)]")
      }
    default: throw wrong(value, place)
    }
  }

  private func checkFields(_ value: JSONBody, _ fields: [Field], _ place: String) throws {
    guard case .fields(let given) = value else { throw wrong(value, place) }
    for (name, value) in given {
      guard let field = fields.first(where: { $0.name == name }) else {
        let near = nearest(to: name, among: fields.map(\.name)).map { "did you mean \($0)?" }
        let known = fields.isEmpty ? "it takes none" : fields.map(\.name).joined(separator: ", ")
        throw UserError("\(place) has an unknown field \(printable(name)); \(near ?? known)")
      }
      try field.schema.check(value, at: place == "the body" ? name : "\(place).\(name)")
    }
    for field in fields where field.isRequired && !given.contains(where: { $0.name == field.name })
    {
      throw UserError("\(place) lacks \(field.name), which must be \(field.schema.sentence)")
    }
  }

  /// Whether a value is of this kind, be it right or not.
  private func isLike(_ value: JSONBody) -> Bool {
    switch (self, value) {
    case (.object(let fields), .fields(let given)):
      given.contains { part in fields.contains { $0.name == part.name } }
    case (.integer, .number), (.number, .number), (.text, .text), (.slug, .text), (.choice, .text),
      (.list, .list), (.list, .numbers), (.numbers, .numbers):
      true
    default: false
    }
  }

  static func isSlug(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }

  /// What it may be, for "x must be …".
  var sentence: String {
    switch self {
    case .any: "any value"
    case .boolean: "true or false"
    case .integer(let range):
      range.upperBound >= Int(Int32.max)
        ? "a whole number of at least \(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range):
      range.lowerBound.isFinite || range.upperBound.isFinite
        ? "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))" : "a number"
    case .text(let most): most == .max ? "a text" : "a text of at most \(most) characters"
    case .choice(let words): words.map { "\"\($0)\"" }.joined(separator: " or ")
    case .slug: "1 to 64 of a–z, 0–9 and -"
    case .numbers: "lists of numbers"
    case .list(let schema, let count):
      count.lowerBound > 0 && count.upperBound == .max
        ? "a list of at least \(count.lowerBound), each \(schema.sentence)"
        : count.upperBound < .max
          ? "a list of \(count.lowerBound) to \(count.upperBound), each \(schema.sentence)"
          : "a list, each \(schema.sentence)"
    case .object(let fields):
      fields.isEmpty
        ? "an empty object" : "an object with \(fields.map(\.name).joined(separator: ", "))"
    case .map: "an object"
    case .either(let schemas): schemas.map(\.sentence).joined(separator: ", or ")
    case .orNull(let schema): schema.sentence + " or null"
    case .bytes: "bytes"
    }
  }
}

/// Text of a stranger for a sentence: short, and without control characters.
func printable(_ text: String) -> String {
  let shown = text.unicodeScalars.prefix(60).map { scalar -> Character in
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format: "?"
    default: Character(scalar)
    }
  }
  return String(shown) + (text.unicodeScalars.count > 60 ? "…" : "")
}
