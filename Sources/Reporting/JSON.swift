/// A JSON value that is safe inside a script element and as plotly's text.
enum JSON {
  case text(String)
  case number(Double)
  case flag(Bool)
  case list([JSON])
  case object([(String, JSON)])

  /// Numbers to a hundred-thousandth of their span: more than a screen shows, at half the size.
  static func numbers(_ values: [Double?]) -> JSON {
    let range = range(of: values.lazy.compactMap { $0 })
    let step = niceStep((range.upperBound - range.lowerBound) / 1e5) / 5
    return .list(
      values.map { value in
        guard let value, isDrawable(value) else { return .number(.nan) }
        let rounded = step < 1 ? (value / step).rounded() / (1 / step) : value
        return .number(isDrawable(rounded) ? rounded : value)
      })
  }

  /// Compact text; what is not finite becomes `null`.
  var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .text(let string): text += Self.quoted(string)
    case .number(let value): text += Self.digits(value)
    case .flag(let flag): text += flag ? "true" : "false"
    case .list(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        text += (index > 0 ? "," : "") + Self.quoted(member.0) + ":"
        member.1.write(to: &text)
      }
      text += "}"
    }
  }

  private static func digits(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : value.description
  }

  private static func quoted(_ string: String) -> String {
    string.unicodeScalars.reduce(into: "\"") { text, scalar in
      switch scalar {
      case "\"", "\\": text += "\\" + String(scalar)
      // Line separators end a statement in old scripts; the rest could end the script element.
      case "\u{0}"..."\u{1F}", "<", ">", "&", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    } + "\""
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .text(value) }
  init(floatLiteral value: Double) { self = .number(value) }
  init(integerLiteral value: Int) { self = .number(Double(value)) }
  init(booleanLiteral value: Bool) { self = .flag(value) }
  init(arrayLiteral elements: JSON...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements) }
}
