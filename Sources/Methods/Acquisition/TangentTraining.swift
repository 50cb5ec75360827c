import Foundation
import Learning
import Torch

/// How the networks of batch active learning are trained: Adam on the squared error, with a step that falls to 0 in a
/// straight line, and the weights of the epoch that was best on validation rows.
///
/// - Source: Holzmüller et al., 2023, appendix E.2.
struct TangentTraining {
  var hidden = 512
  var epochs = 256
  var batch = 256
  var rate = 0.375
  var weightScale = 0.2
  var biasScale = 0.2

  /// Networks fitted to rows of `x` `[n, d]` and `y` `[n]`, both standardised: one for each list of rows, all of
  /// equal length.
  ///
  /// - Throws: `TensorError`, or what `shouldStop` asks for.
  func fit(
    _ x: Tensor, _ y: Tensor, rows: [[Int]], validation: [Int], _ random: RandomStream,
    shouldStop: () -> Bool = { false }
  ) throws -> TangentNetworks {
    let count = rows.first?.count ?? 0, size = min(batch, count)
    let networks = TangentNetworks(
      members: rows.count, widths: [x.size(1), hidden, hidden, 1], weightScale: weightScale,
      biasScale: biasScale, random.child("start"))
    let places = Tensor(rows.flatMap { $0 }, shape: [rows.count, count])
    let table = PairedRows(x: x, y: y), held = table.rows(Tensor(validation))
    let steps = epochs * (count / size)
    let adam = Adam(networks.parameters)
    var best = Best(networks)
    for epoch in 0..<epochs where !shouldStop() {
      // Each member has an order of its own, which does not depend on the others.
      let order = Tensor.stack(
        rows.indices.map { random.child("order").child($0).child(epoch).permutation(count) })
      let shuffled = places.gather(1, order)
      for part in 0..<(count / size) {
        let now = table.rows(shuffled.sliced(1, part * size, (part + 1) * size))
        let loss = networks(now.x).squaredError(now.y).mean(over: 1).sum()
        let step = epoch * (count / size) + part
        try adam.step(
          try loss.gradients(for: networks.parameters),
          rate: rate * (1 - Double(step) / Double(steps)))
      }
      if !validation.isEmpty {
        let error = withoutGradients {
          (networks(held.x.unsqueezed(0)) - held.y).squared().mean(over: 1)
        }
        try best.consider(error, networks)
      }
    }
    if !validation.isEmpty { try best.restore(networks) }
    return networks
  }

  /// Each member's weights where its validation error was smallest.
  private struct Best {
    var errors: Tensor
    var parameters: [Tensor]

    init(_ networks: TangentNetworks) {
      errors = Tensor.full([networks.members], .infinity)
      parameters = networks.parameters.map { $0.detached().copied() }
    }

    mutating func consider(_ found: Tensor, _ networks: TangentNetworks) throws {
      let better = try (found .< errors).checked()
      errors = better.choose(found, errors)
      let mask = better.reshaped(networks.members, 1, 1)
      parameters = zip(parameters, networks.parameters).map { mask.choose($1.detached(), $0) }
    }

    func restore(_ networks: TangentNetworks) throws {
      for (mine, live) in zip(parameters, networks.parameters) { try live.assign(mine) }
    }
  }
}
