import Files

/// A stretch of a text that is still to be cut.
struct Piece: Sendable {
  var text: [UInt8]
  /// Whether it begins where the whole text does.
  var isFirst: Bool
}

/// What becomes of the stretches that a pattern finds.
enum SplitBehaviour: String, Sendable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"
}

/// How a tokeniser cuts a text into words, which its model then cuts further.
indirect enum Pretokeniser: Sendable {
  /// When `▁` is put before a piece.
  enum Scheme: String, Sendable { case always, first, never }

  case sequence([Pretokeniser])
  case words(WordPattern)
  case byteLevel(addsBlank: Bool, WordPattern?)
  case literal([UInt8], SplitBehaviour)
  case bert
  case whitespace
  case whitespaceSplit
  case digits(SplitBehaviour)
  case punctuation(SplitBehaviour)
  case metaspace([UInt8], Scheme, splits: Bool)

  /// The cutter that a `tokenizer.json` describes.
  ///
  /// - Throws: `UserError` that names a part that is not known.
  init(_ node: JSONNode, _ place: String) throws {
    let type = node["type"]?.text ?? "without a type"
    func behaviour(_ otherwise: SplitBehaviour) throws -> SplitBehaviour {
      guard let name = node["behavior"]?.text else { return otherwise }
      guard let behaviour = SplitBehaviour(rawValue: name) else {
        throw UserError("\(place): its pre-tokenizer \(type) has the unknown behavior \(name)")
      }
      return behaviour
    }
    switch type {
    case "Sequence": self = .sequence(try Self.parts(node["pretokenizers"]?.list ?? [], place))
    case "ByteLevel":
      self = .byteLevel(
        addsBlank: node["add_prefix_space"]?.flag ?? true,
        node["use_regex"]?.flag ?? true ? .gpt2 : nil)
    case "Split": self = try Self.split(node, behaviour(.isolated), place)
    case "BertPreTokenizer": self = .bert
    case "Whitespace": self = .whitespace
    case "WhitespaceSplit": self = .whitespaceSplit
    case "Digits":
      self = .digits(node["individual_digits"]?.flag ?? false ? .isolated : .contiguous)
    case "Punctuation": self = .punctuation(try behaviour(.isolated))
    case "Metaspace":
      let old = node["add_prefix_space"]?.flag ?? true ? "always" : "never"
      let name = node["prepend_scheme"]?.text ?? old
      guard let scheme = Scheme(rawValue: name) else {
        throw UserError("\(place): its pre-tokenizer Metaspace has the unknown scheme \(name)")
      }
      let sign = node["replacement"]?.bytes ?? Array("▁".utf8)
      try require(!sign.isEmpty, "\(place): its pre-tokenizer Metaspace has an empty replacement")
      self = .metaspace(sign, scheme, splits: node["split"]?.flag ?? true)
    default: throw UserError("\(place): its pre-tokenizer \(type) is not known here")
    }
  }

  private static func parts(_ nodes: [JSONNode], _ place: String) throws -> [Pretokeniser] {
    let parts = try nodes.map { try Pretokeniser($0, place) }
    for part in parts.dropLast() {
      if case .byteLevel = part {
        throw UserError(
          "\(place): its pre-tokenizer Sequence has ByteLevel before its end, which is not known here"
        )
      }
    }
    return parts
  }

  private static func split(
    _ node: JSONNode, _ behaviour: SplitBehaviour, _ place: String
  ) throws -> Pretokeniser {
    let inverted = node["invert"]?.flag ?? false
    if let text = node["pattern"]?["String"]?.bytes, !text.isEmpty, !inverted {
      return .literal(text, behaviour)
    }
    let pattern = node["pattern"]?["Regex"]?.text ?? node["pattern"]?["String"]?.text ?? "none"
    // These patterns match all of a text, so that nothing lies between what they find.
    guard let words = WordPattern(written: pattern),
      behaviour == .isolated || (inverted && behaviour == .removed)
    else {
      throw UserError(
        "\(place): its pre-tokenizer Split has the pattern \(pattern) with \(behaviour.rawValue)"
          + "\(inverted ? ", inverted" : ""), which is not known here; those of GPT-2, GPT-4, Llama 3 and Qwen 2 are"
      )
    }
    return .words(words)
  }

  /// Whether the model is given bytes as printable characters.
  var endsInBytes: Bool {
    switch self {
    case .byteLevel: true
    case .sequence(let parts): parts.last?.endsInBytes ?? false
    default: false
    }
  }

  /// The words of a stretch of text.
  func callAsFunction(_ piece: Piece) -> [Piece] {
    switch self {
    case .sequence(let parts): return parts.reduce([piece]) { $0.flatMap($1.callAsFunction) }
    case .words(let pattern): return piece.cut(pattern)
    case .byteLevel(let addsBlank, let pattern):
      var piece = piece
      if addsBlank, piece.text.first != 32 { piece.text.insert(32, at: 0) }
      return pattern.map { piece.cut($0) } ?? [piece]
    case .literal(let text, let behaviour): return piece.cut(at: text, behaviour)
    case .bert:
      return piece.cut(.removed) { $0.properties.isWhitespace }
        .flatMap { $0.cut(.isolated) { $0.isBertPunctuation } }
    case .whitespace:
      return piece.cut(.removed) { $0.properties.isWhitespace }.flatMap { $0.cutByWords() }
    case .whitespaceSplit: return piece.cut(.removed) { $0.properties.isWhitespace }
    case .digits(let behaviour):
      return piece.cut(behaviour) { $0.isNumber }
    case .punctuation(let behaviour): return piece.cut(behaviour) { $0.isBertPunctuation }
    case .metaspace(let sign, let scheme, let splits):
      var piece = piece
      piece.text = piece.text.replacing([32], with: sign)
      let wanted = scheme == .always || (scheme == .first && piece.isFirst)
      if wanted, !piece.text.starts(with: sign) { piece.text = sign + piece.text }
      return splits ? piece.cut(at: sign, .mergedWithNext) : [piece]
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isNumber: Bool {
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }
}

extension Piece {
  func cut(_ pattern: WordPattern) -> [Piece] {
    text.withUnsafeBufferPointer { bytes in
      var pieces: [Piece] = [], start = 0
      while start < bytes.count {
        let end = pattern.end(from: start, in: bytes)
        pieces.append(Piece(text: Array(bytes[start..<end]), isFirst: isFirst && start == 0))
        start = end
      }
      return pieces
    }
  }

  /// Cut at the characters that `matches` finds.
  func cut(_ behaviour: SplitBehaviour, _ matches: (Unicode.Scalar) -> Bool) -> [Piece] {
    var found: [(Range<Int>, Bool)] = [], start = 0
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      let end = start + UTF8.width(scalar), isMatch = matches(scalar)
      if !isMatch, let last = found.last, !last.1 {
        found[found.count - 1].0 = last.0.lowerBound..<end
      } else {
        found.append((start..<end, isMatch))
      }
      start = end
    }
    return pieces(found, behaviour)
  }

  /// Cut at each `pattern`.
  func cut(at pattern: [UInt8], _ behaviour: SplitBehaviour) -> [Piece] {
    var found: [(Range<Int>, Bool)] = [], start = 0, place = 0
    while place < text.count {
      guard text[place] == pattern[0], text[place...].starts(with: pattern) else {
        place += 1
        continue
      }
      if place > start { found.append((start..<place, false)) }
      found.append((place..<place + pattern.count, true))
      place += pattern.count
      start = place
    }
    if start < text.count { found.append((start..<text.count, false)) }
    return pieces(found, behaviour)
  }

  /// Runs of word characters and runs of others.
  func cutByWords() -> [Piece] {
    var found: [(Range<Int>, Bool)] = [], start = 0
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      let end = start + UTF8.width(scalar), isWord = scalar.isWord
      if let last = found.last, last.1 == isWord {
        found[found.count - 1].0 = last.0.lowerBound..<end
      } else {
        found.append((start..<end, isWord))
      }
      start = end
    }
    return pieces(found, .isolated)
  }

  private func pieces(_ found: [(range: Range<Int>, isMatch: Bool)], _ behaviour: SplitBehaviour)
    -> [Piece]
  {
    var ranges: [Range<Int>] = []
    var wasMatch = false
    for (range, isMatch) in found {
      let joins =
        switch behaviour {
        case .removed, .isolated: false
        case .mergedWithPrevious: isMatch && !wasMatch
        case .mergedWithNext: !isMatch && wasMatch
        case .contiguous: isMatch == wasMatch
        }
      if behaviour == .removed, isMatch {
        wasMatch = true
        continue
      }
      if joins, let last = ranges.popLast() {
        ranges.append(last.lowerBound..<range.upperBound)
      } else {
        ranges.append(range)
      }
      wasMatch = isMatch
    }
    return ranges.map { Piece(text: Array(text[$0]), isFirst: isFirst && $0.lowerBound == 0) }
  }
}
