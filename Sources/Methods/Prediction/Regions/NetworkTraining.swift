import Evaluation
import Foundation
import Learning
import Networks
import Torch

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
    _ network: Network, _ train: PairedRows, validation: PairedRows, _ seed: Seed,
    loss: (Network, PairedRows, RandomStream) -> Tensor
  ) throws {
    let weights = network.parameters
    let adam = Adam(weights)
    let rows = RandomStream(seed.child("rows"))
    var best = (loss: Double.infinity, weights: weights.map { $0.detached().copied() })
    var waited = 0
    for step in 0..<steps {
      let random = RandomStream(seed.child("step").child(step))
      try adam.step(
        loss(network, train.drawn(batch, rows), random).gradients(for: weights), rate: rate)
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
