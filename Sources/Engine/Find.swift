import Catalog
import Files
import Manual

/// `latent find`: systems for a need that is told in words, or that are like another.
enum Find {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let search = SystemSearch(Catalogue.rows)
    let meaning = try arguments.flag("words") ? nil : meaning(search, console)
    let need = arguments.positionals.joined(separator: " ")
    var found: [SystemSearch.Match]
    if let name = arguments.string("like") {
      guard need.isEmpty else {
        throw UsageError("latent find: give a NEED in words or --like, not both")
      }
      let row = try Catalogue.row(named: name)
      found = try meaning?.rows(like: row) ?? search.rows(like: row)
    } else {
      guard !need.isEmpty else {
        throw UsageError("latent find: what for? such as latent find anomalies in tables")
      }
      found = try meaning?.rows(for: need) ?? search.rows(for: need)
    }
    try refuseUnknown(arguments, "family", among: Catalogue.rows.map(\.family))
    try refuseUnknown(arguments, "modality", among: Catalogue.rows.flatMap(\.modality))
    found = found.filter { fits($0.row, arguments) }
    let count = arguments.int("count") ?? 10
    let best = found.prefix(count)
    console.say(
      found.isEmpty
        ? "no system has these words and fits; other words, or fewer filters, may find some"
        : "\(best.count) of \(found.count) systems "
          + (meaning == nil ? "that have some of these words" : "by meaning and words")
          + ", best first")
    var table = TextTable(["score", "id", "name", "status", "verdict", "cost", "data", "title"])
    for match in best {
      let row = match.row
      table.add([
        format(value: match.score), row.id, row.slug, Catalogue.status(of: row).rawValue,
        Systems.verdict(row) ?? "", row.cost, row.modality.joined(separator: ", "), row.title,
      ])
    }
    try console.result(
      .array(best.map(json)), text: best.isEmpty ? "" : table.text(width: Terminal.width(.output)))
  }

  /// The search by meaning, where an encoder is installed.
  private static func meaning(_ words: SystemSearch, _ console: Console) throws -> MeaningSearch? {
    var line: ProgressLine?
    defer { line?.finish() }
    return try MeaningSearch.installed(words) { done, total in
      if line == nil { line = console.progress("read once", total: total, unit: "texts") }
      line?.update(done: done)
    }
  }

  private static func json(_ match: SystemSearch.Match) -> JSON {
    let row = match.row
    return [
      ("id", .string(row.id)), ("slug", .string(row.slug)), ("title", .string(row.title)),
      ("score", .number(match.score)), ("status", .string(Catalogue.status(of: row).rawValue)),
      ("verdict", Systems.verdict(row).map { .string($0) } ?? .null),
      ("family", .string(row.family)), ("cost", .string(row.cost)),
      ("modality", .array(row.modality.map { .string($0) })),
      ("mechanism", .string(row.mechanism)), ("claim", .string(row.claim)),
    ].json
  }

  /// Whether a row passes the filters that were given.
  private static func fits(_ row: SystemRow, _ arguments: Arguments) -> Bool {
    func passes(_ flag: String, _ values: @autoclosure () -> [String?]) -> Bool {
      guard let wanted = arguments.string(flag) else { return true }
      return values().contains(wanted)
    }
    return passes("family", [row.family]) && passes("modality", row.modality)
      && passes("cost", [row.cost]) && passes("status", [Catalogue.status(of: row).rawValue])
      && passes("verdict", [Systems.verdict(row)])
  }

  private static func refuseUnknown(
    _ arguments: Arguments, _ flag: String, among names: [String]
  ) throws {
    guard let name = arguments.string(flag), !names.contains(name) else { return }
    let known = Set(names).sorted()
    let near = nearest(to: name, among: known).map { "did you mean \($0)?" }
    throw UserError(
      "--\(flag) \(name): the catalogue has no such \(flag); "
        + (near ?? known.joined(separator: ", ")))
  }
}
