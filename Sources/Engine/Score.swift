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
    var figures: [(name: String, estimate: Estimate, unit: String)] = []
    func scores(_ what: String) -> (Scores, ProgressLine) {
      let line = console.progress(what, total: examples.count, unit: "examples")
      var scores = Scores(examples, seed: Seed(arguments.seed).child("score"))
      scores.progress = { done, _ in line.update(done: done) }
      return (scores, line)
    }
    func add(_ name: String, _ unit: String, _ body: (Scores) throws -> [Double]) throws {
      let (scores, line) = scores(name)
      let values = try body(scores)
      line.finish()
      let estimate =
        values.count > 1
        ? try Estimate.mean(of: values)
        : Estimate(value: values.mean, interval: Interval(low: .nan, high: .nan, level: 0.95))
      figures.append((name, estimate, unit))
    }
    if let bounding = network as? any Bounding {
      try add("negative ELBO", "nats") { try $0.elbo(bounding).map { -$0 } }
      for draws in arguments.ints("samples") ?? [] where draws > 1 {
        try add("negative log-likelihood, \(draws) samples", "nats") {
          try $0.logLikelihood(bounding, draws: draws).map { -$0 }
        }
      }
    }
    let codec = Codec(of: network)
    if let codec, codec.decodes, open.domain.support != .tokens {
      try add("squared error of reconstruction", "per input") { try $0.squaredError(codec) }
    }
    if let classifying = network as? any Classifying, try examples.labels() != nil {
      try add("accuracy", "share of examples") { try $0.correctness(classifying) }
      try add("cross-entropy", "nats") { try $0.crossEntropy(classifying) }
    }
    var active: (count: Int, of: Int)?
    if let codec {
      let (scores, line) = scores("active units")
      let codes = try scores.codes(codec)
      active = (try ActiveUnits.count(in: codes), codes.size(1))
      line.finish()
    }
    try print(figures, active, examples.count, open, arguments, console)
  }

  private static func print(
    _ figures: [(name: String, estimate: Estimate, unit: String)], _ active: (count: Int, of: Int)?,
    _ count: Int,
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
    for (name, estimate, unit) in figures {
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
