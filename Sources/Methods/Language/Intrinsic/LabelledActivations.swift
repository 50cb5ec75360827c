import Datasets
import Files
import Torch

/// Activations with a label each.
struct LabelledActivations {
  /// `[n, d]`.
  let x: Tensor
  /// Places among ``names``.
  let labels: [Int]
  let names: [String]

  /// Those of a world, whose labels count from 0.
  init(_ drawn: (x: Tensor, labels: [Int])) throws {
    (x, labels) = drawn
    names = (0...(labels.max() ?? 0)).map(String.init)
  }

  private init(_ x: Tensor, _ labels: [Int], _ names: [String]) {
    (self.x, self.labels, self.names) = (x, labels, names)
  }

  /// Those of a person's files: `activations` and `labels`.
  ///
  /// - Throws: `UserError` where they do not fit together, are not numbers, or tell nothing.
  init(_ inputs: NamedArrays) throws {
    let (values, shape) = try inputs.numbers("activations")
    try require(
      shape.count == 2, "activations has shape \(shape), and [examples, neurons] is needed")
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw UserError("activations holds \(values[bad]) in row \(bad / max(shape[1], 1) + 1)")
    }
    (labels, names) = try inputs.classes("labels")
    try require(
      labels.count == shape[0],
      "there are \(labels.count) labels, and \(shape[0]) rows of activations")
    try require(labels.count >= 40, "there are \(labels.count) rows, and at least 40 are needed")
    try require(
      (2...100).contains(names.count), "there are \(names.count) labels, and 2 to 100 can be told")
    x = Tensor(values.map(Float.init), shape: shape)
  }

  /// Two halves in a random order, both centred and scaled by the first.
  ///
  /// - Throws: `UserError` where the first half lacks a label, `TensorError` that the activations carry.
  func halves(_ seed: Seed) throws -> (train: LabelledActivations, test: LabelledActivations) {
    var random = SplitMix(seed)
    let order = labels.indices.shuffled(using: &random)
    let half = order.count / 2
    func part(_ places: ArraySlice<Int>) -> (Tensor, [Int]) {
      (
        x.indexSelect(0, Tensor(places.map(Int64.init), shape: [places.count])),
        places.map { labels[$0] }
      )
    }
    let (train, test) = (part(order[..<half]), part(order[half...]))
    for (place, name) in names.enumerated() {
      try require(
        train.1.count { $0 == place } > 1,
        "label \(name) has fewer than two rows in the half that is learned from; more are needed")
    }
    let mean = train.0.mean(over: 0, keep: true)
    let deviation = train.0.variance(over: 0, correction: 0).squareRoot().unsqueezed(0)
      .clamped(atLeast: 1e-6)
    return (
      LabelledActivations(try ((train.0 - mean) / deviation).checked(), train.1, names),
      LabelledActivations(try ((test.0 - mean) / deviation).checked(), test.1, names)
    )
  }
}
