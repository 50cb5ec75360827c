import Datasets
import Evaluation
import Files
import Geometry
import Learning
import Manual
import Torch

/// `latent attractors`: where codes come to rest when they are decoded and encoded again and again.
struct AttractorsVerb {
  private let open: OpenSpace
  private let arguments: Arguments
  private let network: any Encoding & Decoding
  private let field: LatentField
  private let known: Examples

  static func run(_ arguments: Arguments, _ console: Console) throws {
    try AttractorsVerb(arguments).tell(console)
  }

  private init(_ arguments: Arguments) throws {
    self.arguments = arguments
    open = try OpenSpace(arguments)
    network = try open.able(to: "be followed", (any Encoding & Decoding).self)
    var field = LatentField(network)
    field.steps = arguments.int("steps") ?? 300
    self.field = field
    // The network's own training examples, whatever SOURCE is to be scored.
    let own = try open.space.source()
    known = own.train.count > 0 ? own.train : own.test
  }

  /// Codes to begin at, `[n, k]`.
  private func starts(_ count: Int) throws -> Tensor {
    guard arguments.string("from") == "noise" else { return try codes(known.prefix(count)) }
    let width = try codes(known.prefix(1)).size(1)
    return open.random.normal([count, width]) * (arguments.number("spread") ?? 1)
  }

  private func codes(_ examples: Examples) throws -> Tensor {
    try Scores(examples, seed: Seed(0)).codes(network).flattened(from: 1)
  }

  private func tell(_ console: Console) throws {
    let count = arguments.int("count") ?? 300
    let begun = try starts(count)
    try require(
      begun.size(1) == network.latents,
      "codes of \(open.space.folder) have \(begun.size(1)) numbers, and its decoder takes \(network.latents)"
    )
    let line = console.progress("follow codes", total: field.steps, unit: "moves")
    var moves = 0
    let flow = try field.follow(begun) { _ in
      line.update(done: moves)
      moves += 1
    }
    line.finish()
    let spread = try begun.variance(over: 0).sum().squareRoot().value()
    // One code has no spread.
    let found = try Attractors(flow, radius: spread.isFinite ? max(0.01 * spread, 1e-6) : 1e-6)
    var fields: [(String, JSON)] = [
      ("space", .string(open.space.folder)), ("from", .string(arguments.string("from") ?? "data")),
      ("count", .int(begun.size(0))), ("moves", .int(flow.steps)),
      ("resting", .number(flow.resting)), ("attractors", .int(found.counts.count)),
      ("counts", .array(found.counts.map { .int($0) })),
    ]
    var words = [
      "\(begun.size(0)) codes, \(flow.steps) moves: \(brief(100 * flow.resting))% rest, at "
        + "\(found.counts.count) \(found.counts.count == 1 ? "place" : "places")"
    ]
    if let most = found.counts.first, found.counts.count > 1 {
      words.append("most came to the first, \(most) of them")
    }
    if let out = arguments.string("out") {
      try draw(found, to: out)
      fields.append(("out", .string(out)))
      words.append("\(out) shows what they decode to")
    }
    if let path = arguments.string("scores") {
      fields.append(("scores", .string(path)))
      fields.append(("meanScore", .number(try score(to: path, count))))
      words.append("\(path) holds a score for each example, larger where it is stranger")
    }
    try console.result(fields.json, text: words.joined(separator: "; "))
  }

  private func draw(_ found: Attractors, to path: String) throws {
    try require(
      !found.counts.isEmpty,
      "no code came to rest, so there is nothing to draw; --steps \(field.steps * 10) lets them go on"
    )
    let shown = min(arguments.int("show") ?? 16, found.counts.count)
    let x = try withoutGradients { try network.decode(found.places[0..<shown]).checked() }
    try Pictures.write(x, columns: min(8, shown), open, to: path)
  }

  /// Writes the scores of the examples and gives their mean.
  private func score(to path: String, _ count: Int) throws -> Double {
    let goals = try TrajectoryScore(field, training: try codes(known.prefix(count)))
    let scores = try goals(field, try codes(try open.examples()))
    try CSV.write(
      header: ["example", "score"],
      rows: scores.enumerated().map { ["\($0)", "\($1)"] }, to: path)
    return scores.mean
  }
}
