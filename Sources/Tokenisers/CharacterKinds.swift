/// What patterns that cut text into words ask of a character.
enum CharacterKind: UInt8 {
  case letter, number, space, newline, other

  /// Whether it is white space, line ends included.
  var isSpace: Bool { self == .space || self == .newline }

  /// The kind of the character with this number.
  @inline(__always) init(_ code: UInt32) {
    switch code {
    case 0x61...0x7a, 0x41...0x5a: self = .letter
    case 0x20: self = .space
    case 0x30...0x39: self = .number
    case 0x0a, 0x0d: self = .newline
    case 0x09, 0x0b, 0x0c: self = .space
    case 0..<0x80: self = .other
    default: self = Self.beyondASCII(code)
    }
  }

  private static func beyondASCII(_ code: UInt32) -> CharacterKind {
    guard let scalar = Unicode.Scalar(code) else { return .other }
    if scalar.properties.isWhitespace { return .space }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return .letter
    case .decimalNumber, .letterNumber, .otherNumber: return .number
    default: return .other
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The character at `place` and its length in bytes; nothing where no character of UTF-8 begins.
  @inline(__always) func scalar(at place: Int) -> (code: UInt32, length: Int)? {
    let first = self[place]
    if first < 0x80 { return (UInt32(first), 1) }
    let length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
    guard length > 0, place + length <= count else { return nil }
    var code = UInt32(first) & (0xff >> (UInt32(length) + 1))
    for next in self[place + 1..<place + length] {
      guard next & 0xc0 == 0x80 else { return nil }
      code = code << 6 | UInt32(next & 0x3f)
    }
    // Longer than needed, half a pair, or beyond the last.
    guard code >= (length == 3 ? 0x800 : length == 4 ? 0x1_0000 : 0x80), Unicode.Scalar(code) != nil
    else { return nil }
    return (code, length)
  }

  /// The kind of the character at `place` and its length; a byte that begins none is another character.
  @inline(__always) func kind(at place: Int) -> (kind: CharacterKind, length: Int) {
    guard let (code, length) = scalar(at: place) else { return (.other, 1) }
    return (CharacterKind(code), length)
  }
}

extension Unicode.Scalar {
  /// Whether patterns take it for a part of a word, `\w`.
  var isWord: Bool {
    if value < 128 {
      return properties.isAlphabetic || ("0"..."9").contains(self) || self == "_"
    }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      return true
    default: return properties.isAlphabetic || properties.isJoinControl
    }
  }

  /// Whether the version `major` of Unicode knows it.
  private func isKnown(toUnicode major: Int) -> Bool {
    properties.age.map { ($0.major, $0.minor) <= (major, 0) } ?? false
  }

  /// Whether the tables of Unicode 8, by which the package `tokenizers` tells categories, know it.
  private var isOld: Bool { isKnown(toUnicode: 8) }

  /// Whether the tables of Unicode 9, by which the package `tokenizers` takes characters apart, know it.
  var isComposable: Bool { value < 0x300 || isKnown(toUnicode: 9) }

  /// Whether BERT cuts text at it.
  var isBertPunctuation: Bool {
    if value < 128 {
      return (33...47).contains(value) || (58...64).contains(value) || (91...96).contains(value)
        || (123...126).contains(value)
    }
    // Signs whose category changed since: of Canadian syllables and of Sharada.
    if value == 0x166d || value == 0x1_11c9 { return true }
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return isOld
    default: return false
    }
  }

  /// Whether BERT leaves it out: controls, formats and private use.
  var isBertControl: Bool {
    switch properties.generalCategory {
    case .control: ![9, 10, 13].contains(value)
    case .privateUse: true
    case .format: isOld
    default: false
    }
  }

  /// Whether BERT takes it for an accent.
  var isBertAccent: Bool {
    switch value {
    // Signs whose category changed since: of Hanunoo and Ahom, then of Mongolian, Javanese and Sharada.
    case 0x1734, 0x1_171e: true
    case 0x1885, 0x1886, 0xa9bd, 0x1_11c9: false
    default: properties.generalCategory == .nonspacingMark && isOld
    }
  }

  /// Whether it is a mark of any kind.
  var isMark: Bool {
    switch value {
    // Signs whose category changed since: of Vedic, then of Sharada.
    case 0x1cf2, 0x1cf3: return true
    case 0x1_11c9: return false
    default: break
    }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return isComposable
    default: return false
    }
  }

  /// Whether BERT takes it for a Chinese character; the ranges are those of the tokenisers in Rust.
  var isChinese: Bool {
    switch value {
    case 0x4e00...0x9fff, 0x3400...0x4dbf, 0x2_0000...0x2_a6df, 0x2_a700...0x2_b73f,
      0x2_b740...0x2_b81f, 0x2_b920...0x2_ceaf, 0xf900...0xfaff, 0x2_f800...0x2_fa1f:
      true
    default: false
    }
  }
}
