import Files

/// The tokens that are put around those of a text, such as `[CLS]` and `[SEP]`.
struct Frame: Sendable {
  private(set) var before: [Int] = []
  private(set) var after: [Int] = []

  init() {}

  /// The frame that a `tokenizer.json` describes for single texts.
  ///
  /// - Throws: `UserError` that names a part that is not known.
  init(_ node: JSONNode, _ place: String) throws {
    let type = node["type"]?.text ?? "without a type"
    func wrong(_ what: String) -> UserError {
      UserError("\(place): its post_processor \(type) \(what)")
    }
    switch type {
    case "ByteLevel": break
    case "BertProcessing", "RobertaProcessing":
      guard let first = node["cls"]?.list?.last?.integer,
        let last = node["sep"]?.list?.last?.integer
      else { throw wrong("does not say its cls and sep") }
      (before, after) = ([first], [last])
    case "TemplateProcessing":
      var isBefore = true
      for part in node["single"]?.list ?? [] {
        if part["Sequence"] != nil {
          guard isBefore else { throw wrong("writes a text twice, which is not known here") }
          isBefore = false
          continue
        }
        guard let name = part["SpecialToken"]?["id"]?.text,
          let tokens = node["special_tokens"]?[name]?["ids"]?.list?.compactMap(\.integer)
        else { throw wrong("names a special token that it does not describe") }
        if isBefore { before += tokens } else { after += tokens }
      }
      guard !isBefore else { throw wrong("has no place for the text") }
    case "Sequence":
      for part in try (node["processors"]?.list ?? []).map({ try Frame($0, place) }) {
        before = part.before + before
        after += part.after
      }
    default: throw wrong("is not known here")
    }
  }
}
