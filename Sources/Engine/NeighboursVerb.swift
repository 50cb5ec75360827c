import Evaluation
import Files
import Manual
import Torch

/// `latent neighbours`: the examples whose codes are nearest to one's.
enum NeighboursVerb {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenSpace(arguments)
    let codec = try open.codec(to: "encode")
    let examples = try open.examples()
    let item = arguments.int("of") ?? 0
    try require(
      item < examples.count, "--of \(item): the split has examples 0 to \(examples.count - 1)")
    let line = console.progress("encode", total: examples.count, unit: "examples")
    var scores = Scores(examples, seed: Seed(0))
    scores.progress = { done, _ in line.update(done: done) }
    let codes = try NearestCodes(scores.codes(codec))
    line.finish()
    let distance = arguments.string("distance").flatMap(NearestCodes.Distance.init) ?? .euclidean
    let found = codes.nearest(
      to: codes[item], most: arguments.int("count") ?? 10, by: distance, without: item)
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
}
