import Datasets
import Evaluation
import Geometry
import Learning
import Manual
import Torch

/// `latent traverse`: what single latent units do, or the ways that a space has of its own.
enum Traverse {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenSpace(arguments)
    let network = try open.able(to: "traverse", (any Encoding & Decoding).self)
    let examples = try open.examples()
    let start = try Pictures.code(of: arguments.int("from") ?? 0, among: examples, network)
    let steps = arguments.int("steps") ?? 11
    if arguments.ints("units") == nil, let own = network as? any WayTraversing {
      return try ways(of: own, through: start, steps: steps, open, arguments, console)
    }
    let activity = try Scores(examples, seed: Seed(0)).unitActivity(network)
    let ways = try Traversal.through(
      start, activity: activity, units: arguments.ints("units"), most: arguments.int("count") ?? 10,
      reach: arguments.number("reach") ?? 2.5, steps: steps)
    let x = try withoutGradients {
      try Tensor.concatenate(ways.map { network.decode($0.codes) }).checked()
    }
    let effects = try ways.map { try $0.effect(network) }
    let units = zip(ways, effects).map { way, effect -> JSON in
      [
        ("unit", .int(way.unit)), ("deviation", .number(way.deviation)),
        ("effect", .number(effect)),
      ].json
    }
    let words = zip(ways, effects).map { "unit \($0.unit): \(brief($1))" }
    try Pictures.finish(
      x, columns: steps, open, arguments, console, [("units", .array(units))],
      saying: "\nchange per input from end to end, root mean square: "
        + words.joined(separator: ", "))
  }
}
