import Evaluation
import Files
import Geometry
import Manual
import Torch

extension Traverse {
  /// Ways of a space's own through a code, a row of examples for each.
  static func ways(
    of network: any WayTraversing, through start: Tensor, steps: Int, _ open: OpenSpace,
    _ arguments: Arguments, _ console: Console
  ) throws {
    let count = min(network.wayCount, arguments.int("count") ?? 10)
    var effects: [Double] = []
    let rows = try withoutGradients {
      try (0..<count).map { way in
        let codes = try network.codes(onWay: way, through: start).checked()
        let last = Double(codes.size(0) - 1)
        let places = (0..<steps).map { Int64((last * Double($0) / Double(steps - 1)).rounded()) }
        let x = try network.decode(codes.indexSelect(0, Tensor(places).to(codes.device))).checked()
        effects.append(try (x[0] - x[steps - 1]).squared().mean().squareRoot().value())
        return x
      }
    }
    let ways = effects.enumerated().map { place, effect -> JSON in
      [("way", .int(place)), ("effect", .number(effect))].json
    }
    let words = effects.enumerated().map { "way \($0.offset): \(brief($0.element))" }
    try Pictures.finish(
      Tensor.concatenate(rows), columns: steps, open, arguments, console, [("ways", .array(ways))],
      saying: "\nchange per input from end to end, root mean square: "
        + words.joined(separator: ", "))
  }
}
