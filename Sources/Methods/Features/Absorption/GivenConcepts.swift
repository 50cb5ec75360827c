import Datasets
import Files
import Sparse
import Torch

/// A person's activations, with a label each, and the token that each is of where that is known.
struct GivenConcepts {
  /// `[n, d]`.
  private let x: Tensor
  private let labels: [Int]
  private let concepts: [String]
  /// The token of each row, and what tokens are called; every row is its own where none are given.
  private let tokens: [Int]
  private let rows: [String]

  /// The `activations`, `labels` and `tokens` of files.
  ///
  /// - Throws: `UserError` where they do not fit together, or are too few.
  init(_ inputs: NamedArrays) throws {
    let (values, shape) = try inputs.numbers("activations")
    try require(
      shape.count == 2, "activations has shape \(shape), and [examples, width] is needed")
    let n = shape[0]
    try require(n >= 100, "there are \(n) rows of activations, and at least 100 are needed")
    (labels, concepts) = try inputs.classes("labels")
    try require(
      labels.count == n, "there are \(labels.count) labels, and \(n) rows of activations")
    try require(
      (2...1000).contains(concepts.count),
      "there are \(concepts.count) labels, and 2 to 1000 can be told")
    if inputs.has("tokens") {
      let (codes, names) = try inputs.classes("tokens")
      try require(codes.count == n, "there are \(codes.count) tokens, and \(n) rows of activations")
      (tokens, rows) = (codes, codes.map { names[$0] })
    } else {
      (tokens, rows) = (Array(0..<n), (1...n).map { "row \($0)" })
    }
    x = Tensor(values.map(Float.init), shape: shape)
  }

  /// The rows in two parts, of which three tokens in ten judge and the others are what dictionaries and probes learn from;
  /// where `redrawn`, with labels drawn anew.
  ///
  /// - Throws: `UserError` where a label has too few rows to learn from, `TensorError`.
  func probed(_ seed: Seed, redrawn: Bool) throws -> ProbedConcepts {
    var random = SplitMix(seed.child("split"))
    let order = Set(tokens).sorted().shuffled(using: &random)
    let judging = Set(order.prefix(max(1, order.count * 3 / 10)))
    func part(_ isJudging: Bool) -> (x: Tensor, classes: [Int], places: [Int]) {
      let places = tokens.indices.filter { judging.contains(tokens[$0]) == isJudging }
      let own = x.indexSelect(0, Tensor(places.map(Int64.init)))
      return (own, places.map { labels[$0] }, places)
    }
    var (learned, judged) = (part(false), part(true))
    for (concept, name) in concepts.enumerated() {
      let count = learned.classes.count { $0 == concept }
      try require(
        count >= 5, "label \(name) has \(count) rows to learn from, and at least 5 are needed")
    }
    if redrawn {
      let exchange = try ConceptExchange(learned.x, classes: learned.classes, of: concepts.count)
      let (first, second) = (
        try exchange.exchanged(learned.x, classes: learned.classes, seed.child("learned")),
        try exchange.exchanged(judged.x, classes: judged.classes, seed.child("judged"))
      )
      (learned.x, learned.classes) = (first.x, first.classes)
      (judged.x, judged.classes) = (second.x, second.classes)
    }
    return try ProbedConcepts(
      states: learned.x,
      learned: LabelledConcepts(learned.x, classes: learned.classes, of: concepts.count),
      judged: LabelledConcepts(judged.x, classes: judged.classes, of: concepts.count),
      names: (concepts, judged.places.map { rows[$0] }))
  }
}
