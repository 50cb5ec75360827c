import Catalog
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Torch

/// `latent check`: re-test what a paper claims.
enum CheckVerb {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let ids = arguments.positionals
    let rows =
      arguments.flag("all")
      ? Catalogue.rows.filter { Catalogue.status(of: $0) == .works }
      : try ids.map { try Catalogue.row(named: $0) }
    try require(!rows.isEmpty, "there is no system to check")
    let checks = try rows.map { row -> Check in
      guard let check = Catalogue.realisation(of: row)?.check else {
        throw UserError("\(row.id) \(row.slug) is planned, not built yet; it has no check")
      }
      return check
    }
    try require(
      !arguments.flag("record") || !arguments.flag("quick"),
      "--record keeps verdicts, and --quick decides nothing; take one of them")
    let reports = try checks.map { try carryOut($0, arguments, console) }
    let documents = try reports.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    guard console.printsJSON else {
      return try console.result(reports.map(page).joined(separator: "\n\n"))
    }
    let isOne = documents.count == 1 && !arguments.flag("all")
    try console.result(isOne ? documents[0] : "[" + documents.joined(separator: ",\n") + "]")
  }

  private static func carryOut(
    _ check: Check, _ arguments: Arguments, _ console: Console
  ) throws -> CheckReport {
    let isQuick = arguments.flag("quick")
    if !isQuick { console.say("\(check.system): about \(check.minutes) minutes on two cores") }
    Runtime.threads = arguments.int("threads") ?? ProcessInfo.processInfo.activeProcessorCount
    let line = console.progress(check.system, total: nil, unit: "updates")
    let count = Counter()
    let lab = Lab(
      quick: isQuick, say: { line.update(done: count.next(), label: $0) },
      shouldStop: { Interrupt.requested })
    var report = try check.run(
      lab, seeds: arguments.isGiven("seeds") ? arguments.int("seeds") : nil,
      folder: isQuick ? nil : trials(), versions: versions)
    line.finish()
    if arguments.flag("record") {
      report.recorded = Date().ISO8601Format()
      try makeFolder("docs/checks")
      try AtomicFile.write(
        try encoder.encode(report) + Data("\n".utf8), to: "docs/checks/\(check.system).json")
    }
    return report
  }

  /// Where finished trials of this very program are kept, so that a check that was killed goes on.
  private static func trials() -> String {
    let program = CommandLine.arguments.first ?? "latent-engine"
    let attributes = try? FileManager.default.attributesOfItem(atPath: program)
    let made = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    let home = (RunRegistry.defaultPath() as NSString).deletingLastPathComponent
    return "\(home)/trials/\(Int(made))"
  }

  static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  /// The first claim's result in a line.
  static func sentence(_ report: CheckReport) -> String {
    guard let head = report.claims.first else { return "" }
    let range = "\(format(value: report.interval.low)) … \(format(value: report.interval.high))"
    return "\(head.system) over \(head.baseline) by \(format(value: report.effect)) "
      + "\(head.metric.unit) of \(head.metric.name), 95% interval \(range), "
      + "\(report.seeds.count) seeds"
  }

  private static func page(_ report: CheckReport) -> String {
    var text =
      "\(report.id): \(report.isQuick ? "quick, decides nothing" : report.verdict.rawValue)"
    text += "\n\(report.protocolText)\n"
    for claim in report.claims {
      text += "\n\(claim.statement) (\(claim.place))\n"
      var table = TextTable(["arm", claim.metric.unit, "by seed"])
      for arm in claim.arms {
        let seeds = arm.bySeed.map { format(value: $0) }.joined(separator: "  ")
        table.add([arm.name, format(value: arm.mean), seeds])
      }
      let effect = claim.effect
      text += table.text() + "\n"
      text += "\(claim.system) over \(claim.baseline): \(format(value: effect.value)) "
      text += "[\(format(value: effect.interval.low)), \(format(value: effect.interval.high))]"
      text +=
        ", p = \(format(value: claim.p)), smallest that matters \(format(value: claim.margin))"
      text += report.isQuick ? "\n" : ": \(claim.verdict.rawValue)\n"
    }
    return text + "\n\(report.seeds.count) seeds, \(format(duration: report.seconds))"
  }
}

/// Counts up, from any thread.
final class Counter: @unchecked Sendable {
  private var value = 0
  private let lock = NSLock()

  func next() -> Int {
    lock.withLock {
      value += 1
      return value
    }
  }
}
