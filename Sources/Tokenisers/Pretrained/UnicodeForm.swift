import Foundation

/// The four forms of Unicode's annex 15, by the tables of Unicode 9, which the package `tokenizers` has.
///
/// Foundation's own forms of whole texts join characters beyond the first 65,536 to what they are not, and leave some
/// marks out of order; only what it says of single characters is taken.
enum UnicodeForm: String, CaseIterable, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  private var composes: Bool { self == .nfc || self == .nfkc }
  private var isCompatible: Bool { self == .nfkc || self == .nfkd }

  /// A text of UTF-8 in this form.
  func callAsFunction(_ text: [UInt8]) -> [UInt8] {
    var parts: [Unicode.Scalar] = []
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      parts += decomposition(scalar)
    }
    Self.order(&parts)
    return Array(String(String.UnicodeScalarView(composes ? Self.composed(parts) : parts)).utf8)
  }

  /// What a character is made of.
  private func decomposition(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    guard scalar.value >= 0xa0, scalar.isComposable else { return [scalar] }
    let text = String(Character(scalar))
    let taken =
      isCompatible
      ? text.decomposedStringWithCompatibilityMapping : text.decomposedStringWithCanonicalMapping
    return Array(taken.unicodeScalars)
  }

  /// The combining class of a character; newer ones have none.
  private static func rank(_ scalar: Unicode.Scalar) -> UInt8 {
    scalar.isComposable ? scalar.properties.canonicalCombiningClass.rawValue : 0
  }

  /// Puts the marks after each character in the order of their classes.
  private static func order(_ scalars: inout [Unicode.Scalar]) {
    for place in scalars.indices where place > 0 {
      let scalar = scalars[place], mine = rank(scalar)
      guard mine > 0 else { continue }
      var to = place
      while to > 0, rank(scalars[to - 1]) > mine {
        scalars[to] = scalars[to - 1]
        to -= 1
      }
      scalars[to] = scalar
    }
  }

  /// The characters with each mark joined to what it belongs to, where there is a character for both.
  private static func composed(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var start: Int?, last: UInt8 = 0, isNext = false
    for scalar in scalars {
      let mine = rank(scalar)
      if let start, isNext || last < mine, let both = pair(result[start], scalar) {
        result[start] = both
        continue
      }
      if mine == 0 { start = result.count }
      (last, isNext) = (mine, mine == 0)
      result.append(scalar)
    }
    return result
  }

  /// The character that two make; nothing where they make none.
  private static func pair(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    let (a, b) = (first.value, second.value)
    // Syllables of Hangul follow from their parts.
    if (0x1100..<0x1113).contains(a), (0x1161..<0x1176).contains(b) {
      return Unicode.Scalar(0xac00 + ((a - 0x1100) * 21 + (b - 0x1161)) * 28)
    }
    if (0xac00..<0xd7a4).contains(a), (a - 0xac00) % 28 == 0, (0x11a8..<0x11c3).contains(b) {
      return Unicode.Scalar(a + b - 0x11a7)
    }
    return pairs[UInt64(a) << 32 | UInt64(b)]
  }

  /// What pairs make, from what characters are made of.
  private static let pairs: [UInt64: Unicode.Scalar] = {
    let ranges: [ClosedRange<UInt32>] = [
      0xc0...0x33ff, 0xa000...0xabff, 0xf900...0xfb4f, 0x1_1000...0x1_1fff, 0x1_d100...0x1_d1ff,
    ]
    var made = ranges.joined().compactMap { Unicode.Scalar($0) }.compactMap { scalar in
      let parts = UnicodeForm.nfd.decomposition(scalar)
      let again = String(Character(scalar)).precomposedStringWithCanonicalMapping
      // Some are taken apart and never made.
      return parts.count > 1 && again.unicodeScalars.elementsEqual([scalar])
        ? (scalar: scalar, parts: parts) : nil
    }
    made.sort { $0.parts.count < $1.parts.count }
    var pairs: [UInt64: Unicode.Scalar] = [:]
    for (scalar, parts) in made {
      var first = parts[0].value, isWhole = true
      for part in parts.dropFirst().dropLast() {
        let both = pairs[UInt64(first) << 32 | UInt64(part.value)]
        isWhole = isWhole && both != nil
        first = both?.value ?? 0
      }
      if isWhole, let last = parts.last {
        pairs[UInt64(first) << 32 | UInt64(last.value)] = scalar
      }
    }
    return pairs
  }()
}
