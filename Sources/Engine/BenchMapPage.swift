import Files
import Foundation
import Learning
import Manual
import Torch

/// The figures of `latent bench map` as tables, as JSON, and as a page of the documentation.
struct BenchMapPage {
  let findings: BenchMap.Findings

  func print(_ arguments: Arguments, _ console: Console) throws {
    if arguments.flag("write") {
      try makeFolder("docs/bench")
      try AtomicFile.write(Data((json.pretty + "\n").utf8), to: "docs/bench/map.json")
      try AtomicFile.write(Data(markdown.utf8), to: "docs/bench/map.md")
    }
    try console.result(json, text: speed.text() + "\n" + quality.text())
  }

  /// A way of running and its peer's: seconds of each, pair by pair.
  private struct Row {
    let name: String
    let ours: [Double]
    let theirs: [Double]
    var ratios: [Double] { zip(ours, theirs).map { $1 / $0 } }
  }

  private var rows: [Row] {
    let rounds = findings.rounds
    let (cold, kept) = (rounds.map(\.cold.seconds), rounds.map(\.kept.seconds))
    return [
      Row(name: "command, cold", ours: cold, theirs: rounds.map(\.peer.first_seconds)),
      Row(name: "command against a warm map", ours: cold, theirs: rounds.map(\.peer.warm)),
      Row(name: "command, kept map", ours: kept, theirs: rounds.map(\.peer.warm)),
    ]
  }

  private var peak: (ours: Double, theirs: Double) {
    (
      BenchRow.median(findings.rounds.map(\.cold.peakBytes)),
      BenchRow.median(findings.rounds.map(\.peer.peak_memory_bytes))
    )
  }

  private var speed: TextTable {
    var table = TextTable([
      "case", "ours s", "umap-learn s", "ratio", "lowest", "highest", "our MB", "peer MB",
    ])
    for row in rows {
      let ratios = row.ratios
      table.add(
        [row.name]
          + [
            BenchRow.median(row.ours), BenchRow.median(row.theirs), BenchRow.median(ratios),
            ratios.min() ?? .nan, ratios.max() ?? .nan,
          ].map { String(format: "%.2f", $0) }
          + [peak.ours / 1e6, peak.theirs / 1e6].map { String(format: "%.0f", $0) })
    }
    return table
  }

  private var quality: TextTable {
    var table = TextTable(["data", "trustworthiness", "umap-learn's", "continuity", "umap-learn's"])
    for (data, ours, theirs) in findings.quality {
      table.add(
        [data]
          + [
            ours.trustworthiness, theirs.trustworthiness, ours.continuity, theirs.continuity,
          ].map { String(format: "%.4f", $0) })
    }
    return table
  }

  private var markdown: String {
    let bench = findings.bench
    return """
      # Maps beside umap-learn

      Written by `latent bench map --write`; `map.json` has every run. \(bench.points) vectors of \(bench.width) numbers \
      (pictures of Fashion-MNIST along their first principal directions), 15 neighbours, least distance 0.1, \
      \(bench.points > 10_000 ? 200 : 500) sweeps on both sides, \(findings.threads) threads; \(bench.pairs) pairs of runs, \
      one right after the other. Ours is the whole command, from the start of the program to its end: `cold` makes the \
      map, `kept` finds it, without libtorch. \(findings.rounds.first?.peer.version ?? "umap-learn"), without a seed, as only then it uses \
      all threads, has its first map in a process, with start and compilation, beside the first, and its next map in the \
      same process, without either, beside the others. `ratio` is the median over pairs of its seconds over ours. MB is \
      the peak of resident memory; of ours, \(megabytes(findings.floor)) are there for three points already: the program \
      and libtorch. Made on \(BenchPage.processor) with libtorch \(Runtime.version).

      \(speed.markdown)

      Trustworthiness and continuity with 12 neighbours (Venna & Kaski, 2001) of the last maps, by one formula for both:

      \(quality.markdown)

      """
  }

  private func megabytes(_ bytes: Double) -> String { String(format: "%.0f MB", bytes / 1e6) }

  private var json: JSON {
    let cases = rows.map { row -> JSON in
      [
        ("case", .string(row.name)), ("peer", .string("umap-learn")),
        ("ratio", .number(BenchRow.median(row.ratios))),
        ("value", .array(row.ours.map { .number($0) })),
        ("peer_value", .array(row.theirs.map { .number($0) })),
        ("memory_ratio", .number(peak.ours / peak.theirs)),
      ].json
    }
    let quality = findings.quality.map { data, ours, theirs -> JSON in
      [
        ("data", .string(data)), ("trustworthiness", .number(ours.trustworthiness)),
        ("peerTrustworthiness", .number(theirs.trustworthiness)),
        ("continuity", .number(ours.continuity)), ("peerContinuity", .number(theirs.continuity)),
      ].json
    }
    return [
      ("cases", .array(cases)), ("quality", .array(quality)),
      ("points", .int(findings.bench.points)), ("width", .int(findings.bench.width)),
      ("ourBytes", .number(peak.ours)), ("theirBytes", .number(peak.theirs)),
      ("floorBytes", .number(findings.floor)), ("processor", .string(BenchPage.processor)),
      ("libtorch", .string(Runtime.version)),
    ].json
  }
}
