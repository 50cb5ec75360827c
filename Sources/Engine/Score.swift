import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Torch

/// `latent score`: bounds, likelihood, active units and reconstruction of a space, accuracy and cross-entropy of a
/// classifier.
enum Score {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenSpace(arguments)
    var examples = try open.examples()
    if let limit = arguments.int("limit") { examples = examples.prefix(limit) }
    let network = open.space.network
    func scores(_ what: String) -> (Scores, ProgressLine) {
      let line = console.progress(what, total: examples.count, unit: "examples")
      var scores = Scores(examples, seed: Seed(arguments.seed).child("score"))
      scores.progress = { done, _ in line.update(done: done) }
      return (scores, line)
    }
    let figures = try Figure.all(
      of: network, open.domain, examples, draws: arguments.ints("samples") ?? []
    ) { name, body in
      let (scores, line) = scores(name)
      try body(scores)
      line.finish()
    }
    var active: (count: Int, of: Int)?
    if let codec = Codec(of: network) {
      let (scores, line) = scores("active units")
      let codes = try scores.codes(codec)
      active = (try ActiveUnits.count(in: codes), codes.size(1))
      line.finish()
    }
    try print(figures, active, examples.count, open, arguments, console)
  }

  private static func print(
    _ figures: [Figure], _ active: (count: Int, of: Int)?, _ count: Int,
    _ open: OpenSpace, _ arguments: Arguments, _ console: Console
  ) throws {
    var table = TextTable(["score", "value", "95% interval", "unit"])
    var fields: [(String, JSON)] = [
      ("space", .string(open.space.folder)), ("method", .string(open.space.description.method)),
      ("source", .string(arguments.positional("SOURCE") ?? open.space.description.source.spec)),
      ("split", .string(arguments.string("split") ?? "test")), ("examples", .int(count)),
      ("seed", .int(Int(clamping: arguments.seed))),
    ]
    var scores: [(String, JSON)] = []
    for figure in figures {
      let (name, estimate, unit) = (figure.name, figure.estimate, figure.unit)
      let interval = estimate.interval
      table.add([
        name, format(value: estimate.value),
        "\(format(value: interval.low)) … \(format(value: interval.high))", unit,
      ])
      scores.append(
        (
          name,
          .object([
            ("value", .number(estimate.value)),
            ("interval", .array([.number(interval.low), .number(interval.high)])),
            ("unit", .string(unit)),
          ])
        ))
    }
    if let active {
      table.add(["active units", "\(active.count)", "", "of \(active.of)"])
      fields.append(("activeUnits", .int(active.count)))
    }
    fields.append(("scores", .object(scores)))
    try console.result(fields.json, text: table.text())
  }
}
