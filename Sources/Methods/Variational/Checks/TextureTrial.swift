import Datasets
import Evaluation
import Foundation
import Learning
import Torch

/// One seed of what reconstructions of garments keep and what they draw anew.
struct TextureTrial {
  let lab: Lab
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
  }

  func run(_ board: inout Scoreboard) throws {
    let source = try source()
    let x = try source.test.batch(Array(0..<lab.pick(full: 200, quick: 20))).x
    for (name, window) in [("window 3", 3), ("factorised", nil)] {
      var method = VLAE.arm(window, lab)
      method.likelihood = .logistic
      let network = try lab.fit(method, source, seed: seed, as: "garments, \(name)")
      let random = RandomStream(seed.child("draws"))
      let (draws, means) = withoutGradients {
        network.decoder.generated(network.encode(x), network.likelihood, random)
      }
      let back = window == nil ? means : draws
      let coarse = correlation(pooled(back), pooled(x))
      board[VLAE.shape.name, name] = try coarse.values(as: Double.self)
      board[VLAE.detail.name, name] =
        try correlation(back - enlarged(back), x - enlarged(x)).values(as: Double.self)
      let errors = try [draws, means].map { try roughnessError($0, x) }
      board[VLAE.roughness.name, name] = [window == nil ? errors.min() ?? 0 : errors[0]]
    }
    board[VLAE.shape.name, "factorised less 0.05"] =
      board[VLAE.shape.name, "factorised"].map { $0 - 0.05 }
  }

  private func source() throws -> Source {
    var options = SourceOptions()
    options.limit = lab.pick(full: 3000, quick: 300)
    options.validation = 0.1
    guard !lab.isQuick else { return try lab.source(["digits"], options) }
    options.size = [10, 10]
    return try lab.source(["fashion-mnist", "digits"], options)
  }

  private func pooled(_ x: Tensor) -> Tensor { x.averagePooled(2) }

  private func enlarged(_ x: Tensor) -> Tensor {
    pooled(x).interpolated(to: [x.size(2), x.size(3)])
  }

  /// Correlation of the pixels of each pair, `[n]`.
  private func correlation(_ a: Tensor, _ b: Tensor) -> Tensor {
    func centred(_ x: Tensor) -> Tensor {
      let rows = x.flattened(from: 1)
      return rows - rows.mean(over: 1, keep: true)
    }
    let (a, b) = (centred(a), centred(b))
    let lengths = (a.squared().sum(over: 1) * b.squared().sum(over: 1)).squareRoot()
    return (a * b).sum(over: 1) / lengths.clamped(atLeast: 1e-9)
  }

  private func roughnessError(_ x: Tensor, _ wanted: Tensor) throws -> Double {
    func roughness(_ x: Tensor) throws -> Double {
      let (h, w) = (x.size(2), x.size(3))
      let down = x.sliced(2, 1, h) - x.sliced(2, 0, h - 1)
      let across = x.sliced(3, 1, w) - x.sliced(3, 0, w - 1)
      return try (down.abs().mean() + across.abs().mean()).value()
    }
    return abs(log(try roughness(x) / roughness(wanted)))
  }
}
