import Files
import Foundation
import Learning
import Manual
import Torch

/// The figures of a bench as a table, as JSON, and as a page of the documentation.
struct BenchPage {
  let rows: [BenchRow]
  /// Median milliseconds of `latent --help`.
  let start: Double?

  func print(_ arguments: Arguments, _ console: Console) throws {
    var text = rows.isEmpty ? "" : table.text()
    if let startLine { text += "\n" + startLine }
    if arguments.flag("write") {
      try makeFolder("docs/bench")
      try AtomicFile.write(Data((json.pretty + "\n").utf8), to: "docs/bench/bench.json")
      try AtomicFile.write(Data(markdown.utf8), to: "docs/bench/README.md")
    }
    try console.result(json, text: text)
  }

  private var startLine: String? {
    start.map { String(format: "`latent --help`: %.1f ms, the median of its runs", $0) }
  }

  private var table: TextTable {
    var table = TextTable([
      "case", "peer", "ours/s", "peer/s", "ratio", "lowest", "highest", "our MB", "peer MB",
    ])
    for row in rows {
      let ratios = row.ratios
      table.add([
        row.name, row.peer, Self.median(row.ours.map(\.items_per_second)),
        Self.median(row.theirs.map(\.items_per_second)),
        String(format: "%.2f", BenchRow.median(ratios)),
        String(format: "%.2f", ratios.min() ?? .nan), String(format: "%.2f", ratios.max() ?? .nan),
        Self.median(row.ours.map { $0.peak_memory_bytes / 1e6 }),
        Self.median(row.theirs.map { $0.peak_memory_bytes / 1e6 }),
      ])
    }
    return table
  }

  private var markdown: String {
    """
    # Speed and memory beside the Python peers

    Written by `latent bench engine --write`; `bench.json` has every run. Training of a VAE on Fashion-MNIST with 20 latent units and \
    Adam, images a second with batches and updates, warm-up left out; a pair of runs takes place one right after the \
    other, each in a process of its own with \(ProcessInfo.processInfo.activeProcessorCount) threads. `mlp` is \
    784-400-20-400-784, `conv` two convolutions and a layer of 256 on either side. `ratio` is the median over \
    \(rows.first?.ratios.count ?? 0) pairs of our images a second over the peer's, with the lowest and the highest; MB \
    is the peak of resident memory. Made on \(Self.processor) with libtorch \(Runtime.version).

    \(table.markdown)

    \(startLine ?? "")

    """
  }

  private var json: JSON {
    [
      ("training", .array(rows.map(Self.json))),
      ("helpMilliseconds", start.map { .number($0) } ?? .null),
      ("processor", .string(Self.processor)), ("libtorch", .string(Runtime.version)),
    ].json
  }

  private static func json(_ row: BenchRow) -> JSON {
    [
      ("case", .string(row.name)), ("peer", .string(row.peer)),
      ("ours", .array(row.ours.map { .number($0.items_per_second) })),
      ("theirs", .array(row.theirs.map { .number($0.items_per_second) })),
      ("ratio", .number(BenchRow.median(row.ratios))),
      ("ourBytes", .number(BenchRow.median(row.ours.map(\.peak_memory_bytes)))),
      ("theirBytes", .number(BenchRow.median(row.theirs.map(\.peak_memory_bytes)))),
    ].json
  }

  private static func median(_ values: [Double]) -> String {
    String(format: "%.0f", BenchRow.median(values))
  }

  /// What the system calls its processor.
  static var processor: String {
    let cores = "\(ProcessInfo.processInfo.activeProcessorCount) cores"
    guard let file = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = file.split(separator: "\n").first(where: { $0.hasPrefix("model name") }),
      let name = line.split(separator: ":").last
    else { return cores }
    return "\(cores) of \(name.trimmingCharacters(in: .whitespaces))"
  }
}
