/// XML or HTML text in which every interpolated string is escaped, so that no name can become a tag.
struct Markup: ExpressibleByStringInterpolation, Sendable {
  private(set) var text: String

  init(stringLiteral text: String) { self.text = text }
  init(stringInterpolation: Interpolation) { text = stringInterpolation.text }
  /// Markup that is already safe: style sheets, scripts and JSON of our own.
  init(trusted text: String) { self.text = text }

  static func += (left: inout Markup, right: Markup) { left.text += right.text }

  /// The parts, one after the other.
  static func joined(_ parts: some Sequence<Markup>) -> Markup {
    Markup(trusted: parts.lazy.map(\.text).joined())
  }

  /// What stands in a literal: text as it is, strings escaped, numbers as coordinates.
  struct Interpolation: StringInterpolationProtocol {
    var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 8 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ string: String) { text += escaped(string) }
    mutating func appendInterpolation(_ number: Int) { text += String(number) }
    mutating func appendInterpolation(_ number: Double) { text += coordinate(number) }
    mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
  }
}

/// `string` with the five special characters as entities, and what XML 1.0 cannot hold replaced.
func escaped(_ string: String) -> String {
  var text = ""
  text.reserveCapacity(string.utf8.count)
  for scalar in string.unicodeScalars {
    switch scalar {
    case "&": text += "&amp;"
    case "<": text += "&lt;"
    case ">": text += "&gt;"
    case "\"": text += "&quot;"
    case "'": text += "&#39;"
    case "\t", "\n": text.unicodeScalars.append(scalar)
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text
}

/// A length in pixels to a tenth, without a needless fraction; 0 for what has no place.
func coordinate(_ value: Double) -> String {
  let tenths = (value * 10).rounded()
  guard abs(tenths) < 1e12 else { return "0" }
  let whole = Int(tenths)
  if whole % 10 == 0 { return String(whole / 10) }
  return "\(whole < 0 ? "-" : "")\(abs(whole) / 10).\(abs(whole) % 10)"
}
