import Catalog
import Evaluation
import Files
import Foundation
import Learning
import Manual

/// `latent systems`: the catalogue.
enum Systems {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    if arguments.flag("check-docs") { return try checkDocs(console) }
    if arguments.flag("markdown") { return try console.result(markdown()) }
    if let id = arguments.positional("ID") {
      let row = try Catalogue.row(named: id)
      return try console.result(json(row), text: card(row))
    }
    let family = arguments.string("family")
    if let family { try refuseUnknown(family) }
    let rows = Catalogue.rows.filter { row in
      (family == nil || row.family == family)
        && (arguments.string("status").map { $0 == Catalogue.status(of: row).rawValue } ?? true)
    }
    var table = TextTable(["id", "name", "status", "family", "title"])
    for row in rows {
      table.add([row.id, row.slug, Catalogue.status(of: row).rawValue, row.family, row.title])
    }
    let works = rows.count { Catalogue.status(of: $0) == .works }
    console.say("\(rows.count) systems, \(works) of them work")
    try console.result(.array(rows.map(json)), text: table.text(width: Terminal.width(.output)))
  }

  private static func refuseUnknown(_ family: String) throws {
    let families = Set(Catalogue.rows.map(\.family)).sorted()
    guard !families.contains(family) else { return }
    let hint = nearest(to: family, among: families).map { "did you mean \($0)?" }
    throw UserError(
      "there is no family \(family); \(hint ?? "families: \(families.joined(separator: ", "))")")
  }

  private static func command(_ row: SystemRow) -> String? {
    Catalogue.realisation(of: row)?.command
  }

  static func json(_ row: SystemRow) -> JSON {
    let works = Catalogue.status(of: row) == .works
    return [
      ("id", .string(row.id)), ("slug", .string(row.slug)), ("title", .string(row.title)),
      ("family", .string(row.family)), ("status", .string(works ? "works" : "planned")),
      ("command", command(row).map { .string($0) } ?? .null),
      ("check", works ? .string("latent check \(row.id)") : .null),
      ("kind", .string(row.kind)), ("mechanism", .string(row.mechanism)),
      ("claim", .string(row.claim)), ("verdict", verdict(row).map { .string($0) } ?? .null),
    ].json
  }

  /// The recorded verdict of a row's check, where the records are at hand.
  static func verdict(_ row: SystemRow) -> String? {
    CheckReport.recorded(row.id)?.verdict.rawValue
  }

  private static func card(_ row: SystemRow) -> String {
    let found = Catalogue.realisation(of: row)
    var lines = ["\(row.id) \(row.slug) — \(row.title)", ""]
    lines.append("status     \(Catalogue.status(of: row).rawValue)")
    lines.append("family     \(row.family), \(row.group) (\(row.kind))")
    if let found {
      lines.append("source     \(found.card.source)")
      let departs = Catalogue.departures(of: found.card)
      if let departs { lines.append("departs    \(departs)") }
    }
    if let command = command(row) { lines.append("command    \(command)") }
    if let check = found?.check {
      lines.append("check      latent check \(row.id) (about \(check.minutes) minutes)")
    }
    lines += ["", "how it works", row.mechanism, "", "what its paper claims", row.claim]
    lines += ["", "what would show it", row.check]
    if let check = found?.check {
      lines += ["", "what our check does", check.protocolText]
      lines += check.claims.map { "- \($0.statement) (\($0.place))" }
    }
    if let record = CheckReport.recorded(row.id) {
      lines += ["", "recorded   \(record.verdict.rawValue): \(CheckVerb.sentence(record))"]
    }
    return lines.joined(separator: "\n")
  }

  /// The catalogue as the page docs/SYSTEMS.md.
  static func markdown() -> String {
    var table = TextTable(["id", "name", "status", "verdict", "family", "title"])
    for row in Catalogue.rows {
      table.add([
        row.id, row.slug, Catalogue.status(of: row).rawValue, verdict(row) ?? "", row.family,
        row.title,
      ])
    }
    let works = Catalogue.rows.count { Catalogue.status(of: $0) == .works }
    return """
      # Systems

      Made by `latent systems --markdown`. \(works) of \(Catalogue.rows.count) systems work: they run \
      from the command line on a person's own data, and a recorded check re-tests their claim. The \
      others are planned.

      \(table.markdown)
      """
  }

  private static func checkDocs(_ console: Console) throws {
    let path = "docs/SYSTEMS.md"
    let committed = String(decoding: try MappedFile(path).data, as: UTF8.self)
    let wanted = markdown()
    try require(
      committed.trimmingCharacters(in: .whitespacesAndNewlines)
        == wanted.trimmingCharacters(in: .whitespacesAndNewlines),
      "\(path) is not what the catalogue says; latent systems --markdown > \(path) renews it")
    for row in Catalogue.rows where Catalogue.status(of: row) == .works {
      guard let check = Catalogue.realisation(of: row)?.check else { continue }
      guard let record = CheckReport.recorded(row.id) else {
        throw UserError(
          "\(row.id) is said to work, and docs/checks/\(row.id).json is not there; "
            + "latent check \(row.id) --record makes it")
      }
      try require(
        check.made(record),
        "docs/checks/\(row.id).json is of another protocol, claims or seeds than the check has now; "
          + "latent check \(row.id) --record renews it")
    }
    try console.result("\(path) agrees with the catalogue")
  }
}
