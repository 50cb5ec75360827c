import Datasets
import Files
import Manual

/// `latent data`: known sources and how each is got, or what a reader makes of one.
enum DataVerb {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let known = Source.known()
    let asked = arguments.verb.flags.first { arguments.isGiven($0.name) }
    guard let name = arguments.positional("SOURCE") else {
      if let asked { throw UsageError("latent data: --\(asked.name) needs a SOURCE to be read") }
      var table = TextTable(["name", "here", "what", "size", "licence"])
      for source in known {
        table.add([
          source.name, source.isHere ? "yes" : "no", source.what, source.size, source.licence,
        ])
      }
      return try console.result(
        .array(known.map(json)), text: table.text(width: Terminal.width(.output)))
    }
    // Whoever says how a known source is to be read wants to see it read.
    if asked == nil, let source = known.first(where: { $0.name == name }) {
      return try console.result(json(source), text: card(source))
    }
    var options = SourceOptions(arguments)
    options.validation = 0
    let source = try Source.open(name, options)
    for note in source.notes { console.say(note) }
    try console.result(json(source), text: text(source))
  }

  private static func card(_ source: KnownSource) -> String {
    """
    \(source.name): \(source.what)
    size      \(source.size)
    licence   \(source.licence)
    origin    \(source.origin)
    here      \(source.isHere ? "yes" : "no")
    how       \(source.how)
    """
  }

  private static func json(_ source: KnownSource) -> JSON {
    [
      ("name", .string(source.name)), ("what", .string(source.what)),
      ("size", .string(source.size)), ("licence", .string(source.licence)),
      ("origin", .string(source.origin)), ("how", .string(source.how)),
      ("here", .bool(source.isHere)),
    ].json
  }
}

/// What was found in a source that was opened.
extension DataVerb {
  private static func text(_ source: Source) -> String {
    let domain = source.domain
    var table = TextTable(["", ""])
    table.add(["source", source.name])
    table.add([
      "examples",
      "\(format(count: source.train.count)) for training, "
        + "\(format(count: source.test.count)) for test",
    ])
    table.add(["shape", domain.shape.map(String.init).joined(separator: "×")])
    table.add(["values", values(domain, source.preprocessing)])
    for (title, names) in [("classes", domain.classes), ("columns", domain.columns)]
    where !names.isEmpty {
      let more = names.count > 20 ? ", … (\(names.count))" : ""
      table.add([title, names.prefix(20).joined(separator: ", ") + more])
    }
    table.add(["fingerprint", String(source.fingerprint.prefix(16))])
    return table.text()
  }

  private static func values(_ domain: Domain, _ preprocessing: Preprocessing) -> String {
    switch domain.support {
    case .unit: "from 0 to 1"
    case .binary: "zeros and ones"
    case .tokens: "symbols of text"
    case .real where preprocessing.mean.isEmpty && preprocessing.columns.isEmpty: "real numbers"
    case .real: "real numbers, standardised by the training part"
    }
  }

  private static func json(_ source: Source) -> JSON {
    func words(_ words: [String]) -> JSON { .array(words.map { .string($0) }) }
    return [
      ("name", .string(source.name)), ("train", .int(source.train.count)),
      ("test", .int(source.test.count)), ("shape", .array(source.domain.shape.map { .int($0) })),
      ("support", .string(source.domain.support.rawValue)),
      ("classes", words(source.domain.classes)), ("columns", words(source.domain.columns)),
      ("fingerprint", .string(source.fingerprint)), ("notes", words(source.notes)),
    ].json
  }
}
