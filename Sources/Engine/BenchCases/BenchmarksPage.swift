import Files
import Foundation
import Manual

/// `docs/BENCHMARKS.md`: what is kept of every case, each with the day and the machine of its last run.
enum BenchmarksPage {
  private static let kept = "docs/bench/cases.json"
  private static let page = "docs/BENCHMARKS.md"

  /// Keeps a result in the place of what was kept of the same case, and writes the page anew.
  ///
  /// - Throws: ``UserError`` where what was kept cannot be read, or nothing can be written.
  static func keep(_ result: BenchResult) throws {
    var all = try read()
    all[result.id] = result
    let known = BenchSuite.cases.compactMap { all[$0.id] }
    let coder = JSONEncoder()
    coder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try makeFolder("docs/bench")
    try AtomicFile.write(try coder.encode(known) + Data("\n".utf8), to: kept)
    try AtomicFile.write(Data(try markdown(known).utf8), to: page)
  }

  private static func read() throws -> [String: BenchResult] {
    guard let data = FileManager.default.contents(atPath: kept) else { return [:] }
    guard let all = try? JSONDecoder().decode([BenchResult].self, from: data) else {
      throw UserError("\(kept) is not what latent bench --write keeps; remove it to begin anew")
    }
    return Dictionary(all.map { ($0.id, $0) }) { $1 }
  }

  /// A row for each case: ours, the peer's, and what must be reached.
  static func table(_ results: [BenchResult]) throws -> TextTable {
    var table = TextTable([
      "case", "peer", "unit", "ours", "peer's", "ratio", "lowest", "highest", "at least", "memory",
      "quality",
    ])
    for each in results {
      let numbers = [each.value, each.peerValue].map { String(format: "%.4g", $0) }
      let ratios = [each.ratio, each.ratios.min() ?? .nan, each.ratios.max() ?? .nan]
        .map { String(format: "%.2f", $0) }
      let rest = [String(format: "%g", each.target), String(format: "%.2f", each.memoryRatio)]
      table.add(
        [each.id, each.versionedPeer, each.unit] + numbers + ratios + rest
          + [try each.compared().map { "\(each.quality ?? ""): \($0.text)" } ?? ""])
    }
    return table
  }

  private static func markdown(_ results: [BenchResult]) throws -> String {
    var made = TextTable(["case", "what", "pairs", "day", "machine", "versions"])
    for each in results {
      made.add([
        each.id, each.title, "\(each.ratios.count)", each.date, each.machine, each.versions,
      ])
    }
    return """
      # Benchmarks

      Written by `latent bench --write`; `bench/cases.json` has every run, and `latent bench --case NAME --write` \
      makes one row anew. Each case is the same work here and by a peer, in pairs of processes that run one right \
      after the other on the same machine with the same threads, a seed for each pair. `ratio` is the median over \
      pairs of how many times as fast we are, with the lowest and the highest; `at least` is what was asked for. \
      `memory` is the median of our peak of resident memory over the peer's. `quality` is ours against the peer's on \
      the same test examples by the same formula, with 95% intervals over the seeds; it says WORSE where ours is \
      worse and the intervals do not overlap.

      \(try table(results).markdown)

      \(made.markdown)

      """
  }
}
