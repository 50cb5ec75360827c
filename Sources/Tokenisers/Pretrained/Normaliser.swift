import Files

/// What a tokeniser does to a text before it cuts it.
indirect enum Normaliser: Sendable {
  /// What BERT does: leaves controls out, puts blanks around Chinese characters, drops accents, lowers.
  struct Bert: Sendable {
    let cleans: Bool
    let parts: Bool
    let strips: Bool
    let lowers: Bool
  }

  case sequence([Normaliser])
  case form(UnicodeForm)
  case lowercase
  case stripAccents
  case bert(Bert)
  case prepend([UInt8])
  case replace([UInt8], with: [UInt8])
  case strip(left: Bool, right: Bool)

  /// The normaliser that a `tokenizer.json` describes.
  ///
  /// - Throws: `UserError` that names a part that is not known.
  init(_ node: JSONNode, _ place: String) throws {
    let type = node["type"]?.text ?? "without a type"
    switch type {
    case "Sequence":
      self = .sequence(try (node["normalizers"]?.list ?? []).map { try Normaliser($0, place) })
    case "Lowercase": self = .lowercase
    case "StripAccents": self = .stripAccents
    case "BertNormalizer":
      let lowers = node["lowercase"]?.flag ?? true
      self = .bert(
        Bert(
          cleans: node["clean_text"]?.flag ?? true,
          parts: node["handle_chinese_chars"]?.flag ?? true,
          strips: node["strip_accents"]?.flag ?? lowers, lowers: lowers))
    case "Prepend": self = .prepend(node["prepend"]?.bytes ?? [])
    case "Strip":
      self = .strip(
        left: node["strip_left"]?.flag ?? true, right: node["strip_right"]?.flag ?? true)
    case "Replace":
      guard let pattern = node["pattern"]?["String"]?.bytes, !pattern.isEmpty else {
        throw UserError(
          "\(place): its normalizer Replace has a pattern other than a text, which is not known here"
        )
      }
      self = .replace(pattern, with: node["content"]?.bytes ?? [])
    default:
      guard let form = UnicodeForm(rawValue: type) else {
        throw UserError("\(place): its normalizer \(type) is not known here")
      }
      self = .form(form)
    }
  }

  /// The text as the tokeniser takes it.
  func callAsFunction(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .sequence(let parts): return parts.reduce(text) { $1($0) }
    case .form(let form): return text.isASCII ? text : form(text)
    case .lowercase: return text.mapped { $0.properties.lowercaseMapping.unicodeScalars }
    case .stripAccents: return text.filtered { !$0.isMark }
    case .bert(let bert): return bert(text)
    case .prepend(let before): return text.isEmpty ? text : before + text
    case .replace(let pattern, let content): return text.replacing(pattern, with: content)
    case .strip(let left, let right):
      var scalars = String(decoding: text, as: UTF8.self).unicodeScalars[...]
      while left, scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
      while right, scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
      return Array(String(scalars).utf8)
    }
  }
}

extension Normaliser.Bert {
  func callAsFunction(_ text: [UInt8]) -> [UInt8] {
    var text = text
    if cleans {
      text = text.mapped { scalar -> String.UnicodeScalarView in
        if scalar.value == 0 || scalar.value == 0xfffd || scalar.isBertControl { return .init() }
        return scalar.properties.isWhitespace ? " ".unicodeScalars : .init([scalar])
      }
    }
    if parts, !text.isASCII {
      text = text.mapped { $0.isChinese ? .init([" ", $0, " "]) : .init([$0]) }
    }
    if strips, !text.isASCII {
      text = UnicodeForm.nfd(text).filtered { !$0.isBertAccent }
    }
    return lowers ? Normaliser.lowercase(text) : text
  }
}

extension [UInt8] {
  var isASCII: Bool { allSatisfy { $0 < 0x80 } }

  /// The text with each character replaced.
  fileprivate func mapped(_ change: (Unicode.Scalar) -> String.UnicodeScalarView) -> [UInt8] {
    var changed = String.UnicodeScalarView()
    for scalar in String(decoding: self, as: UTF8.self).unicodeScalars {
      changed.append(contentsOf: change(scalar))
    }
    return Array(String(changed).utf8)
  }

  /// The text without the characters that `keeps` refuses.
  fileprivate func filtered(_ keeps: (Unicode.Scalar) -> Bool) -> [UInt8] {
    if isASCII { return self }
    let kept = String(decoding: self, as: UTF8.self).unicodeScalars.filter(keeps)
    return Array(String(String.UnicodeScalarView(kept)).utf8)
  }

  /// The text with `content` for each `pattern`.
  func replacing(_ pattern: [UInt8], with content: [UInt8]) -> [UInt8] {
    guard count >= pattern.count, !pattern.isEmpty else { return self }
    var changed: [UInt8] = []
    var place = 0
    while place < count {
      if self[place] == pattern[0], self[place...].starts(with: pattern) {
        changed += content
        place += pattern.count
      } else {
        changed.append(self[place])
        place += 1
      }
    }
    return changed
  }
}
