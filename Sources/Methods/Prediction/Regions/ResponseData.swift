import Evaluation
import Foundation
import Networks
import Torch

/// Features and responses of the same rows, standardised.
struct ResponseData {
  /// `[n, d]`.
  let x: Tensor
  /// `[n, q]`.
  let y: Tensor

  var count: Int { x.size(0) }

  /// The rows at `index`.
  func rows(_ index: Tensor) -> Self {
    Self(x: x.indexSelect(0, index), y: y.indexSelect(0, index))
  }

  /// The rows `range`.
  func rows(_ range: Range<Int>) -> Self {
    Self(
      x: x.sliced(0, range.lowerBound, range.upperBound),
      y: y.sliced(0, range.lowerBound, range.upperBound))
  }
}

/// Steps of Adam on small batches; the weights with the least loss on other rows are kept.
struct NetworkTraining: Sendable {
  var steps = 2000
  var batch = 128
  var rate = 1e-3
  /// Steps between looks at the other rows.
  var every = 50
  /// Looks without a smaller loss before it ends.
  var patience = 12

  /// Trains `network` in place.
  ///
  /// - Parameter loss: The mean loss of some rows, with random numbers of their own.
  /// - Throws: `TensorError`.
  func fit<Network: Module>(
    _ network: Network, _ train: ResponseData, validation: ResponseData, _ seed: Seed,
    loss: (Network, ResponseData, RandomStream) -> Tensor
  ) throws {
    let weights = network.parameters
    let adam = Adam(weights)
    let rows = RandomStream(seed.child("rows"))
    var best = (loss: Double.infinity, weights: weights.map { $0.detached().copied() })
    var waited = 0
    for step in 0..<steps {
      let picked = rows.integers(0..<train.count, [min(batch, train.count)])
      let random = RandomStream(seed.child("step").child(step))
      try adam.step(
        loss(network, train.rows(picked), random).gradients(for: weights), rate: rate)
      guard (step + 1).isMultiple(of: every) || step + 1 == steps else { continue }
      let found = try withoutGradients {
        // The same draws at every look, so that looks can be compared.
        try loss(network, validation, RandomStream(seed.child("validation"))).value()
      }
      if found < best.loss {
        best = (found, weights.map { $0.detached().copied() })
        waited = 0
      } else {
        waited += 1
        if waited >= patience { break }
      }
    }
    try withoutGradients {
      for (weight, kept) in zip(weights, best.weights) { try weight.assign(kept) }
    }
  }
}

/// Places at equal distances, `[m, q]`, and the volume that they share.
struct Grid {
  let places: Tensor
  let volume: Double

  /// About `count` places over the ranges of `values`, `[n, q]`, each a share `margin` wider at either end.
  ///
  /// - Throws: `TensorError`.
  init(around values: Tensor, count: Int, margin: Double) throws {
    let axes = values.size(1)
    let low = try values.min(over: 0).values(as: Double.self)
    let high = try values.max(over: 0).values(as: Double.self)
    let side = max(2, Int(pow(Double(count), 1 / Double(max(axes, 1))).rounded()))
    var rows: [[Double]] = [[]]
    var volume = 1.0
    for axis in 0..<axes {
      let span = max(high[axis] - low[axis], 1e-6)
      let (start, width) = (low[axis] - margin * span, span * (1 + 2 * margin))
      volume *= width
      let ticks = (0..<side).map { start + width * (Double($0) + 0.5) / Double(side) }
      rows = rows.flatMap { row in ticks.map { row + [$0] } }
    }
    places = Tensor(rows.flatMap { $0 }, shape: [rows.count, axes]).to(.float32)
    self.volume = volume
  }
}
