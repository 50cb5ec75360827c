import Files
import Foundation
import Learning
import Manual
import Torch

/// The figures of `latent bench serve` as a table, as JSON, and as a page of the documentation.
struct BenchServePage {
  let sides: [BenchServe.Side]
  let budget: BenchServe.Budget

  /// Ours over the peer's, round by round.
  private var ratios: [Double] {
    zip(sides[0].rounds, sides[1].rounds).map { $0.rate / $1.rate }
  }

  func print(_ arguments: Arguments, _ console: Console) throws {
    if arguments.flag("write") {
      try makeFolder("docs/bench")
      try AtomicFile.write(Data((json.pretty + "\n").utf8), to: "docs/bench/serve.json")
      try AtomicFile.write(Data(markdown.utf8), to: "docs/bench/serve.md")
    }
    try console.result(json, text: table.text() + "\n" + sentence)
  }

  private var sentence: String {
    String(
      format:
        "%.1f times the requests a second of the peer, the median of %d paired rounds (%.1f to %.1f)",
      BenchRow.median(ratios), ratios.count, ratios.min() ?? .nan, ratios.max() ?? .nan)
  }

  private var table: TextTable {
    var table = TextTable([
      "server", "requests/s", "p50 ms", "p95 ms", "p99 ms", "requests", "errors", "MB at start",
      "MB at end",
    ])
    for side in sides {
      table.add(
        [side.name, String(format: "%.0f", side.rate)]
          + [0.5, 0.95, 0.99].map { String(format: "%.2f", side.milliseconds($0)) } + [
            "\(side.requests)", "\(side.errors)",
            String(format: "%.0f", Double(side.memory.start) / 1e6),
            String(format: "%.0f", Double(side.memory.end) / 1e6),
          ])
    }
    return table
  }

  private var markdown: String {
    """
    # Serving codes beside FastAPI and PyTorch

    Written by `latent bench serve --write`; `serve.json` has every round. \(BenchServe.connections) connections that stay \
    open ask for the code of one picture of Fashion-MNIST at a time, each again as soon as it is answered, \
    \(budget.rounds) rounds of \(Int(budget.seconds)) s for either server in turn; requests are made beforehand and sent by one \
    thread of a program of ours on the same machine. Both serve the same encoder, 784-400-40 and ReLU, with the same \
    weights, and their codes are compared first. The peer is FastAPI in its ordinary form, a pydantic model of \
    `list[list[float]]` and `torch.inference_mode`, under uvicorn with a worker for each core \
    (`Benchmarks/python/serve_fastapi.py`). MB is the resident memory of all of a server's processes after the first \
    second and at the end. Made on \(BenchPage.processor) with libtorch \(Runtime.version).

    \(table.markdown)

    \(sentence).

    """
  }

  private var json: JSON {
    let servers = sides.map { side -> JSON in
      [
        "server": .string(side.name), "requestsPerSecond": .number(side.rate),
        "byRound": .array(side.rounds.map { .number($0.rate) }),
        "p50": .number(side.milliseconds(0.5)), "p95": .number(side.milliseconds(0.95)),
        "p99": .number(side.milliseconds(0.99)), "requests": .int(side.requests),
        "errors": .int(side.errors), "bytesAtStart": .int(side.memory.start),
        "bytesAtEnd": .int(side.memory.end),
      ]
    }
    return [
      "servers": .array(servers), "connections": .int(BenchServe.connections),
      "ratio": .number(BenchRow.median(ratios)), "ratios": .array(ratios.map { .number($0) }),
      "seconds": .number(budget.seconds), "processor": .string(BenchPage.processor),
      "libtorch": .string(Runtime.version),
    ]
  }
}
