/// A JSON value whose objects keep their order, so that output is stable.
public indirect enum JSON: Sendable {
  /// Nothing.
  case null
  /// True or false.
  case bool(Bool)
  /// A whole number.
  case int(Int)
  /// A number; one that is not finite is written as null, since JSON has no word for it.
  case number(Double)
  /// Text.
  case string(String)
  /// Values in order.
  case array([JSON])
  /// Named values in order.
  case object([(String, JSON)])

  /// The value over several lines, two blanks deeper at each level; short lists of plain values stay
  /// on one line.
  public var pretty: String {
    var text = ""
    write(to: &text, indent: 0)
    return text
  }

  /// The value on one line, without blanks.
  public var compact: String {
    var text = ""
    write(to: &text, indent: nil)
    return text
  }

  /// The value that an object has under `name`, if it is an object and has one.
  public subscript(_ name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.0 == name }?.1
  }
}

extension JSON {
  private func write(to text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += String(value)
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): JSON.write(value, to: &text)
    case .array(let values): write(values, to: &text, indent: indent)
    case .object(let members):
      JSON.enclose("{", members, "}", to: &text, indent: indent) { member, text, indent in
        JSON.write(member.0, to: &text)
        text += indent == nil ? ":" : ": "
        member.1.write(to: &text, indent: indent)
      }
    }
  }

  private func write(_ values: [JSON], to text: inout String, indent: Int?) {
    if indent != nil, values.count <= 16, values.allSatisfy(\.isScalar) {
      let line = "[" + values.map(\.compact).joined(separator: ", ") + "]"
      if line.count <= 80 {
        text += line
        return
      }
    }
    JSON.enclose("[", values, "]", to: &text, indent: indent) { value, text, indent in
      value.write(to: &text, indent: indent)
    }
  }

  private static func enclose<Item>(
    _ opening: String, _ items: [Item], _ closing: String, to text: inout String, indent: Int?,
    _ item: (Item, inout String, Int?) -> Void
  ) {
    let inner = indent.map { $0 + 2 }
    func lineBreak(_ depth: Int?) -> String {
      depth.map { "\n" + String(repeating: " ", count: $0) } ?? ""
    }
    text += opening
    for (index, value) in items.enumerated() {
      text += (index > 0 ? "," : "") + lineBreak(inner)
      item(value, &text, inner)
    }
    text += (items.isEmpty ? "" : lineBreak(indent)) + closing
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case ..<" ":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  private var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }
}

extension JSON: Equatable {
  /// Whether two values are the same, members in the same order; NaN is the null it is written as.
  public static func == (a: JSON, b: JSON) -> Bool { a.compact == b.compact }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// The null that `nil` writes.
  public init(nilLiteral: ()) { self = .null }
  /// The truth value that a literal writes.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// The whole number that a literal writes.
  public init(integerLiteral value: Int) { self = .int(value) }
  /// The number that a literal writes.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// The text that a literal writes.
  public init(stringLiteral value: String) { self = .string(value) }
  /// The values that a literal lists.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// The named values that a literal lists, in its order.
  public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements) }
}
