import Datasets
import Evaluation
import Files
import Learning
import Manual
import Torch

/// `latent neighbours`: the examples whose codes are nearest to one's.
enum NeighboursVerb {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    guard !(arguments.isGiven("text") && arguments.isGiven("of")) else {
      throw UsageError("latent neighbours: --of and --text are two ways to ask; give one")
    }
    let open = try OpenSpace(arguments)
    let codec = try open.codec(to: "encode")
    let text = try arguments.string("text").map { try code(of: $0, open) }
    let examples = try open.examples()
    let item = arguments.int("of") ?? 0
    try require(
      text != nil || item < examples.count,
      "--of \(item): the split has examples 0 to \(examples.count - 1)")
    let line = console.progress("encode", total: examples.count, unit: "examples")
    var scores = Scores(examples, seed: Seed(0))
    scores.progress = { done, _ in line.update(done: done) }
    let codes = try NearestCodes(scores.codes(codec))
    line.finish()
    let distance = arguments.string("distance").flatMap(NearestCodes.Distance.init) ?? .euclidean
    let found = codes.nearest(
      to: text ?? codes[item], most: arguments.int("count") ?? 10, by: distance,
      without: text == nil ? item : nil)
    let labels = try examples.labels(), classes = open.domain.classes
    func label(_ place: Int) -> String? {
      labels.flatMap { classes.indices.contains($0[place]) ? classes[$0[place]] : nil }
    }
    var table = TextTable(["item", "distance", "class"])
    for near in found {
      table.add(["\(near.place)", format(value: near.distance), label(near.place) ?? ""])
    }
    let rows = found.map { near -> JSON in
      [
        "item": .int(near.place), "distance": .number(near.distance),
        "label": label(near.place).map { .string($0) } ?? .null,
      ]
    }
    try console.result(["neighbours": .array(rows)], text: table.text())
  }

  /// The code of a text, in a space of texts.
  private static func code(of text: String, _ open: OpenSpace) throws -> [Float] {
    let domain = open.domain
    try require(
      domain.support == .tokens,
      "--text looks in spaces of texts, and \(open.space.folder) is none; --of takes an example")
    let network = try open.able(to: "encode", (any Encoding).self)
    return try withoutGradients {
      let tokens = Tensor(domain.tokens(of: text), shape: [1] + domain.shape)
      return try network.encode(tokens).flattened(from: 1).checked().values()
    }
  }
}
