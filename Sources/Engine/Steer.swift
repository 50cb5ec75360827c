import Datasets
import Evaluation
import Files
import Foundation
import Language
import Learning
import Manual
import Networks
import Sparse
import Torch

/// `latent steer`: a model that writes otherwise, and what else changes with it.
struct Steer {
  private let open: OpenModel
  private let arguments: Arguments
  private let steering: Steering
  /// What the direction is, in words.
  private let what: String

  static func run(_ arguments: Arguments, _ console: Console) throws {
    try Steer(arguments).tell(console)
  }

  private init(_ arguments: Arguments) throws {
    open = try OpenModel(arguments)
    self.arguments = arguments
    let (place, strength) = (open.place, arguments.number("strength") ?? 1)
    let names = ["feature", "dictionary", "wanted", "unwanted"].filter(arguments.isGiven)
    switch names {
    case ["feature", "dictionary"]:
      let (direction, most) = try Self.feature(open, place, arguments)
      steering = Steering(at: place, direction, strength: strength * most)
      what =
        "feature \(arguments.int("feature") ?? 0), \(brief(strength)) times its most, \(brief(most))"
    case ["wanted", "unwanted"]:
      let limit = arguments.int("limit") ?? 500
      let direction = try Steering.contrast(
        open.model, at: place,
        wanted: open.rows(of: arguments.string("wanted") ?? "", limit: limit),
        unwanted: open.rows(of: arguments.string("unwanted") ?? "", limit: limit))
      steering = Steering(at: place, direction, strength: strength)
      what = "the difference of the means, \(brief(strength)) times"
    default:
      throw UsageError(
        "latent steer: give --dictionary with --feature, or --wanted with --unwanted")
    }
  }

  /// The direction of a feature and the most that it is active in texts, in the vectors' own units.
  private static func feature(
    _ open: OpenModel, _ place: String, _ arguments: Arguments
  ) throws -> (Tensor, Double) {
    let path = arguments.string("dictionary") ?? ""
    let space = try OpenSpace(path, arguments)
    let network = try space.able(to: "add up directions", (any DirectionDictionary).self)
    let unit = arguments.int("feature") ?? 0
    try require(
      unit < network.latents,
      "--feature \(unit): \(path) has the features 0 to \(network.latents - 1)")
    try require(
      space.space.description.preprocessing.mean.isEmpty,
      "\(path) was fitted on activations that were standardised; fit it with --raw, so that its directions are those of "
        + "the model")
    let source = try open.neededTexts()
    let reading = try ActivationReading(
      open.model, at: place,
      rows: open.rows(source.train.count > 0 ? source.train : source.test, source, limit: 500),
      limit: 20_000)
    try require(
      space.domain.size == reading.width,
      "\(path) is a dictionary of \(space.domain.size) numbers, and \(place) has \(reading.width)")
    var most = 0.0
    try reading.read { most = max(most, try network.encode($0).selected(1, unit).max().value()) }
    try require(
      most > 0,
      "feature \(unit) is active at none of the \(reading.tokens.count) tokens that were read")
    return (network.directions[unit], most)
  }

  /// One continuation with the direction and without, from the same draws.
  private func continuations() throws -> [(plain: String, steered: String)] {
    let model = open.model
    let count = arguments.int("count") ?? 5, length = arguments.int("length") ?? 60
    var start = model.tokens(of: arguments.string("text") ?? "")
    if start.isEmpty { start = [0] }
    try require(
      start.count < model.transformer.form.context,
      "the text has \(start.count) tokens, and the model reads at most \(model.transformer.form.context)"
    )
    let choice = TokenChoice(temperature: arguments.number("temperature") ?? 0.8)
    let rows = model.batch([[Int]](repeating: start, count: count))
    func written(_ hooks: Hooks) throws -> [String] {
      let random = RandomStream(Seed(arguments.seed).child("steer"))
      let tokens = try withoutGradients {
        try model.transformer.continued(rows, by: length, choice, random, hooks).checked().places()
      }
      let width = start.count + length
      return (0..<count).map { row in
        model.text(of: tokens[row * width..<(row + 1) * width])
      }
    }
    return try zip(written(Hooks()), written(steering.hooks())).map { ($0, $1) }
  }

  /// How much less likely texts become, nats per token; nothing where there are none.
  private func cost(_ rows: [[Int]]) throws -> Estimate? {
    let added = try steering.addedLosses(open.model, rows)
    return added.count > 1 ? try .mean(of: added) : nil
  }

  /// How well a probe of the last block reads the classes of texts, without the direction and with it.
  private func probed(
    _ source: Source, _ rows: [[Int]], _ examples: Examples
  ) throws -> (plain: Estimate, steered: Estimate)? {
    let known = source.train.prefix(500)
    guard source.domain.classes.count > 1, let labels = try known.labels(),
      let truth = try examples.labels(), Set(labels).count > 1, truth.count == rows.count
    else { return nil }
    let model = open.model
    let train = try model.vectors(open.rows(known, source), at: "final", .mean)
    func hits(_ hooks: Hooks) throws -> Estimate {
      try .mean(
        of: LinearProbe().hits(
          train: train, labels, test: model.vectors(rows, at: "final", .mean, hooks), truth,
          classes: source.domain.classes.count))
    }
    return (try hits(Hooks()), try hits(steering.hooks()))
  }

  /// A text on one line.
  private static func line(_ text: String) -> String {
    text.replacingOccurrences(of: "\n", with: "↵").replacingOccurrences(of: "\r", with: "")
  }

  private func tell(_ console: Console) throws {
    let written = try continuations()
    var words = ["\(what), added at \(steering.place)"]
    var members: [(String, JSON)] = [
      ("model", .string(open.name)), ("at", .string(steering.place)),
      ("length", .number(try steering.direction.norm().value())),
      (
        "continuations",
        .array(
          written.map {
            [("plain", .string($0.plain)), ("steered", .string($0.steered))].json
          })
      ),
    ]
    for (place, each) in written.enumerated() {
      words.append(
        "\(place + 1) without: \(Self.line(each.plain))\n  with:    \(Self.line(each.steered))")
    }
    if let source = try open.texts() {
      let examples = try source.examples(of: arguments.string("split") ?? "test")
        .prefix(arguments.int("limit") ?? 500)
      let rows = try open.rows(examples, source)
      if let cost = try cost(rows) {
        members.append(("addedLoss", cost.json))
        words.append(
          "side effects: texts become less likely by \(cost.text) nats per token")
      }
      if let found = try probed(source, rows, examples) {
        members.append(
          ("probe", [("plain", found.plain.json), ("steered", found.steered.json)].json))
        words.append(
          "a probe of the last block reads classes with an accuracy of \(brief(found.steered.value)), and of "
            + "\(brief(found.plain.value)) without")
      }
    } else {
      words.append("no side effects were measured: name a SOURCE of texts")
    }
    try console.result(members.json, text: words.joined(separator: "\n"))
  }
}
