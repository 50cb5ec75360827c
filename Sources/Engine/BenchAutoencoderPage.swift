import Evaluation
import Files
import Foundation
import Learning
import Manual
import Torch

/// The figures of `latent bench autoencoders` as a table, as JSON, and as a page of the documentation.
struct BenchAutoencoderPage {
  let rows: [BenchAutoencoderRow]
  let budget: BenchAutoencoders.Budget

  func print(_ arguments: Arguments, _ console: Console) throws {
    let (table, json) = (try table(), try json())
    if arguments.flag("write") {
      try makeFolder("docs/bench")
      try AtomicFile.write(Data((json.pretty + "\n").utf8), to: "docs/bench/autoencoders.json")
      try AtomicFile.write(Data(markdown(table).utf8), to: "docs/bench/autoencoders.md")
    }
    try console.result(json, text: table.text())
  }

  private func table() throws -> TextTable {
    var table = TextTable([
      "case", "ours/s", "pythae/s", "ratio", "lowest", "highest", "error", "pythae's", "no worse",
      "bound", "pythae's", "no worse",
    ])
    for row in rows {
      let error = try row.quality(.lower) { $0.reconstruction }
      let bound = try row.quality(.higher) { $0.bound }
      let ratios = row.ratios
      table.add(
        [
          row.name, middle(row.ours.map(\.items_per_second)),
          middle(row.theirs.map(\.items_per_second)),
          String(format: "%.2f", BenchRow.median(ratios)),
          String(format: "%.2f", ratios.min() ?? .nan),
          String(format: "%.2f", ratios.max() ?? .nan),
        ] + cells(error, "%.5f") + cells(bound, "%.2f"))
    }
    return table
  }

  private func cells(_ quality: BenchQuality?, _ form: String) -> [String] {
    guard let quality else { return ["", "", ""] }
    func text(_ estimate: Estimate) -> String {
      let half = (estimate.interval.high - estimate.interval.low) / 2
      return String(format: "\(form) ± \(form)", estimate.value, half)
    }
    return [text(quality.ours), text(quality.theirs), quality.isNoWorse ? "yes" : "NO"]
  }

  private func middle(_ values: [Double]) -> String {
    String(format: "%.0f", BenchRow.median(values))
  }

  private func markdown(_ table: TextTable) -> String {
    """
    # Autoencoders beside pythae

    Written by `latent bench autoencoders --write`; `autoencoders.json` has every run. Both sides train the same \
    networks (784-400-20 and back, ReLU; `vq-vae` 16 tokens of 8 numbers and 512 entries) by Adam at 0.001 on \
    \(budget.images) images of Fashion-MNIST, \(budget.epochs) epochs in batches of \(budget.batch), in turn, each fit \
    in a process of its own with \(ProcessInfo.processInfo.activeProcessorCount) threads; \(budget.seeds) seeds. \
    Images a second are of all epochs but the first, without pythae's copies of its model between epochs; `ratio` \
    is the median of ours over pythae's. `error` is the squared error per pixel of 10,000 test images, `bound` their \
    mean bound in nats (`iwae`: 5 draws, else one), both by the same formulas, with 95% intervals over seeds; `no \
    worse` says that ours is better in the mean or the intervals overlap. Made on \(BenchPage.processor) with \
    libtorch \(Runtime.version).

    \(table.markdown)

    """
  }

  private func json() throws -> JSON {
    let cases = try rows.map { row -> JSON in
      [
        ("case", .string(row.name)), ("peer", .string("pythae")),
        ("ratio", .number(BenchRow.median(row.ratios))),
        ("value", .array(row.ours.map { .number($0.items_per_second) })),
        ("peer_value", .array(row.theirs.map { .number($0.items_per_second) })),
        (
          "memory_ratio",
          .number(
            BenchRow.median(row.ours.map(\.peak_memory_bytes))
              / BenchRow.median(row.theirs.map(\.peak_memory_bytes)))
        ),
        ("reconstruction", Self.json(try row.quality(.lower) { $0.reconstruction })),
        ("bound", Self.json(try row.quality(.higher) { $0.bound })),
      ].json
    }
    return [
      ("cases", .array(cases)), ("images", .int(budget.images)), ("epochs", .int(budget.epochs)),
      ("processor", .string(BenchPage.processor)), ("libtorch", .string(Runtime.version)),
    ].json
  }

  private static func json(_ quality: BenchQuality?) -> JSON {
    guard let quality else { return .null }
    func interval(_ estimate: Estimate) -> JSON {
      [
        ("value", .number(estimate.value)), ("low", .number(estimate.interval.low)),
        ("high", .number(estimate.interval.high)),
      ].json
    }
    return [
      ("ours", interval(quality.ours)), ("theirs", interval(quality.theirs)),
      ("noWorse", .bool(quality.isNoWorse)),
    ].json
  }
}
