import Evaluation
import Foundation
import Torch

/// The world of the factor model, whose representation is learned from pairs of inputs that do or do not share
/// their latents.
///
/// - Source: Ge, Tang, Fan & Jin, *On the Provable Advantage of Unsupervised Pretraining*, ICLR 2024,
///   arXiv:2303.01566.
struct ContrastivePretraining: PretrainingWorld, Equatable {
  static let rivals = FactorPretraining.rivals

  var factor = FactorPretraining()
  /// Sets of labels that a pretrained risk averages; labels alone have the first.
  var labelSets = 10

  /// The factor model's, with another information about the directions outside the latents' span.
  ///
  /// In the span the logarithm of the odds of a true pair is a u'v − b (|u|² + |v|²) / 2 + c; a direction outside moves
  /// the odds by noise of variance 1 times a v − b u and a u − b v.
  func prediction() throws -> PretrainingPrediction {
    let (count, k, signal) = (100_000, factor.latents, factor.signal)
    let random = RandomStream(Seed(83))
    let shared = random.normal([count, k], type: .float64)
    let same = same(count, random)
    let other = same * shared + (1 - same) * random.normal([count, k], type: .float64)
    let u = shared * signal.squareRoot() + random.normal([count, k], type: .float64)
    let v = other * signal.squareRoot() + random.normal([count, k], type: .float64)
    let correlation = signal / (1 + signal)
    let a = correlation / ((1 + signal) * (1 - correlation * correlation))
    let b = a * correlation
    let lengths = (u.squared() + v.squared()).sum(over: 1)
    let level = -0.5 * Double(k) * log(1 - correlation * correlation)
    let odds = ((u * v).sum(over: 1) * a - lengths * (b / 2) + level).sigmoid()
    let moved = ((v * a - u * b).squared() + (u * a - v * b).squared()).sum(over: 1)
    let information = try (odds * (1 - odds) * moved).mean().value() / Double(k)
    let plain = factor.prediction()
    let free = Double(factor.dimensions - k)
    return PretrainingPrediction(
      representation: free * signal / ((1 + signal) * (1 + signal)) / information,
      head: plain.head, slopes: plain.slopes, spent: plain.spent)
  }

  func measure(_ seed: Seed, unlabelled: [Int], labelled: [Int]) throws -> PretrainingRisks {
    let sample = factor.sample(seed)
    let pairs = self.pairs(unlabelled.max() ?? 1, sample)
    let representations = try unlabelled.map { m in
      try ContrastivePairs(
        x: pairs.x.sliced(0, 0, m), other: pairs.other.sliced(0, 0, m),
        same: pairs.same.sliced(0, 0, m)
      ).representation(latents: factor.latents)
    }
    return try sample.risks(representations, labelled, sets: labelSets)
  }

  private func same(_ count: Int, _ random: RandomStream) -> Tensor {
    random.integers(0..<2, [count, 1]).to(.float64)
  }

  private func pairs(_ count: Int, _ sample: FactorPretraining.Sample) -> ContrastivePairs {
    let (random, k) = (sample.random, factor.latents)
    let z = random.normal([count, k], type: .float64)
    let same = same(count, random)
    let other = same * z + (1 - same) * random.normal([count, k], type: .float64)
    func seen(_ z: Tensor) -> Tensor {
      (z * factor.signal.squareRoot()).matmul(sample.basis.transposed())
        + random.normal([count, factor.dimensions], type: .float64)
    }
    return ContrastivePairs(x: seen(z), other: seen(other), same: same)
  }
}

/// Pairs of inputs `[m, d]`, and whether each shares its latents, `[m, 1]` of 0 and 1.
struct ContrastivePairs: Sendable {
  let x, other, same: Tensor

  /// A linear encoder `[d, k]` by maximum likelihood of which pairs are true, whose odds are those of normals: the
  /// inner product of the codes less a multiple of their squared lengths.
  ///
  /// - Throws: `TensorError`.
  func representation(latents k: Int) throws -> Tensor {
    let d = x.size(1)
    // Inputs of true pairs are correlated along the latents alone.
    let cross = (x * (same * 2 - 1)).transposed().matmul(other) * (1 / Double(x.size(0)))
    let start = (cross + cross.transposed()).symmetricEigen().vectors.sliced(1, d - k, d) * 0.5
    let place = Tensor.concatenate(
      [start.reshaped(d * k), Tensor([0.5, 0.0], shape: [2])])
    let minimum = try LBFGS(iterations: 300, tolerance: 1e-5).minimise(from: place) {
      try slope($0, latents: k)
    }
    return minimum.place.sliced(0, 0, d * k).reshaped(d, k)
  }

  /// The mean negative log-likelihood and its gradient at encoder, multiple and level, `[d k + 2]`.
  ///
  /// - Throws: `TensorError`.
  func slope(_ place: Tensor, latents k: Int) throws -> LBFGS.Slope {
    let d = x.size(1)
    let encoder = place.sliced(0, 0, d * k).reshaped(d, k)
    let (share, level) = (place.sliced(0, d * k, d * k + 1), place.sliced(0, d * k + 1, d * k + 2))
    let (u, v) = (x.matmul(encoder), other.matmul(encoder))
    let lengths = (u.squared() + v.squared()).sum(over: 1, keep: true) * 0.5
    let odds = (u * v).sum(over: 1, keep: true) - lengths * share + level
    let value = try (odds.softplus() - odds * same).mean().value()
    let pull = (odds.sigmoid() - same) * (1 / Double(x.size(0)))
    let codes =
      x.transposed().matmul(pull * (v - u * share))
      + other.transposed().matmul(pull * (u - v * share))
    let gradient = Tensor.concatenate([
      codes.reshaped(d * k), -(pull * lengths).sum().reshaped(1), pull.sum().reshaped(1),
    ])
    return (value, gradient)
  }
}
