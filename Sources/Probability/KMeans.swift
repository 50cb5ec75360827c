import Foundation
import Torch

/// Centres that the squared distances of points to their nearest are small for, by Lloyd's iteration.
///
/// - Source: Lloyd, *Least squares quantization in PCM*, 1982; Arthur & Vassilvitskii, *k-means++: the advantages of
///   careful seeding*, SODA 2007.
public struct KMeans: Sendable {
  /// Centres to find.
  public var clusters: Int
  /// Starts, of which the best end is kept.
  public var restarts: Int
  /// Most iterations of one start.
  public var iterations: Int

  public init(clusters: Int, restarts: Int = 10, iterations: Int = 300) {
    self.clusters = clusters
    self.restarts = restarts
    self.iterations = iterations
  }

  /// Where an iteration ended.
  public struct Result: Sendable {
    /// The place of each point's nearest centre.
    public let labels: [Int]
    /// `[k, d]`.
    public let centres: Tensor
    /// Sum of squared distances to the nearest centres.
    public let inertia: Double
  }

  /// The best of all starts for points `[n, d]` in double precision, n ≥ k.
  ///
  /// - Throws: `TensorError`.
  public func fit(_ x: Tensor, seed: Seed) throws -> Result {
    func ended(_ restart: Int) throws -> Result {
      try descend(x, from: try spread(x, SplitMix(seed.child(restart))))
    }
    var best = try ended(0)
    for restart in 1..<max(1, restarts) {
      let result = try ended(restart)
      if result.inertia < best.inertia { best = result }
    }
    return best
  }

  /// Lloyd's iteration from centres `[k, d]`, until no point changes its centre.
  ///
  /// - Throws: `TensorError`.
  public func descend(_ x: Tensor, from start: Tensor) throws -> Result {
    let x = x.contiguous()
    var centres = start.contiguous()
    var (nearest, sums, sizes) = try x.centreShares(centres)
    for _ in 0..<iterations {
      // A centre that lost all its points stays where it is.
      let counts = sizes.unsqueezed(1)
      centres = (counts .> 0).choose(sums / counts.clamped(atLeast: 1), centres)
      let before = nearest
      (nearest, sums, sizes) = try x.centreShares(centres)
      if try (nearest - before).abs().max().value() == 0 { break }
    }
    let inertia = try (x - centres.indexSelect(0, nearest)).squared().sum().value()
    return Result(labels: try nearest.places(), centres: centres, inertia: inertia)
  }

  /// Centres among the points: of some drawn by their squared distance to the centres so far, the one that leaves the
  /// least, as in scikit-learn.
  private func spread(_ x: Tensor, _ random: SplitMix) throws -> Tensor {
    var random = random
    let tries = 2 + Int(log(Double(clusters)))
    var chosen = [min(Int(random.uniform() * Double(x.size(0))), x.size(0) - 1)]
    var least = squaredDistances(x, row(x, chosen[0]))  // [n, 1]
    while chosen.count < clusters {
      let sums = try least.squeezed(1).cumulativeSum(along: 0).values(as: Double.self)
      let total = sums.last ?? 0
      let drawn = (0..<tries).map { _ in
        let at = random.uniform() * total
        return sums.firstIndex { $0 > at } ?? sums.count - 1
      }
      let candidates = Tensor.concatenate(drawn.map { row(x, $0) })
      let next = squaredDistances(x, candidates).minimum(least)  // [n, tries]
      let best = try Int(next.sum(over: 0).argmin(over: 0).value())
      chosen.append(drawn[best])
      least = next.sliced(1, best, best + 1)
    }
    return Tensor.concatenate(chosen.map { row(x, $0) })
  }

  private func row(_ x: Tensor, _ index: Int) -> Tensor { x.sliced(0, index, index + 1) }
}

/// Squared distances, `[n, d]` and `[m, d]` to `[n, m]`; rounding does not take them below 0.
public func squaredDistances(_ x: Tensor, _ other: Tensor) -> Tensor {
  let (norms, others) = (x.squared().sum(over: 1).unsqueezed(1), other.squared().sum(over: 1))
  return (norms - x.matmul(other.transposed()) * 2 + others.unsqueezed(0)).clamped(atLeast: 0)
}
