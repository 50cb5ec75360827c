import Foundation
import Torch

/// Maximum-likelihood fits of ``ScoredDensity``.
enum DensityFit {
  /// One normal.
  static func normal(_ x: Tensor) -> ScoredDensity {
    let mean = x.mean(over: 0, keep: true)
    let centred = x - mean
    let covariance = centred.transposed().matmul(centred) * (1 / Double(x.size(0)))
    return ScoredDensity(components: [.init(weight: 1, mean: mean, covariance: covariance)])
  }

  /// The multivariate t with the likeliest degrees of a few.
  ///
  /// - Throws: `TensorError`.
  static func student(_ x: Tensor) throws -> ScoredDensity {
    let (n, p) = (Double(x.size(0)), Double(x.size(1)))
    var best: (logs: Double, density: ScoredDensity)?
    for degrees in [2.5, 3, 4, 5, 7, 10, 15, 25, 50] {
      var density = normal(x)
      density.degrees = degrees
      for _ in 0..<25 {
        let component = density.components[0]
        let root = component.covariance.cholesky()
        let white = root.solveTriangular((x - component.mean).transposed(), upper: false)
        let w = ((white.squared().sum(over: 0) + degrees).reciprocal() * (degrees + p))
          .unsqueezed(1)
        let mean = (x * w).sum(over: 0, keep: true) / w.sum()
        let centred = x - mean
        let covariance = centred.transposed().matmul(centred * w) * (1 / n)
        density.components = [.init(weight: 1, mean: mean, covariance: covariance)]
      }
      let logs = try density.logDensity(x).mean().value()
      if logs > best?.logs ?? -.infinity { best = (logs, density) }
    }
    return best?.density ?? normal(x)
  }

  /// A mixture of `count` normals, by expectation–maximisation from rows drawn far apart.
  ///
  /// - Throws: `TensorError`.
  static func mixture(_ x: Tensor, count: Int, _ seed: Seed) throws -> ScoredDensity {
    let whole = normal(x).components[0]
    let p = x.size(1)
    // As much of the whole covariance as of so many examples, so that no component collapses.
    let prior = Double(p) * 0.1
    var centres = [SplitMix(seed).first(x.size(0))]
    let root = whole.covariance.cholesky()
    let white = root.solveTriangular(x.transposed(), upper: false).transposed()
    while centres.count < count {
      let chosen = white.indexSelect(0, Tensor(centres.map(Int64.init)))
      let far = white.distances(to: chosen).min(over: 1)
      let weights = try far.squared().values(as: Double.self)
      var random = SplitMix(seed.child(centres.count))
      var rest = random.uniform() * weights.reduce(0, +)
      centres.append(
        weights.firstIndex {
          rest -= $0; return rest <= 0
        } ?? 0)
    }
    let chosen = white.indexSelect(0, Tensor(centres.map(Int64.init)))
    var shares = (white.distances(to: chosen).squared() * -0.5).softmax(along: 1)
    var density = ScoredDensity(components: [])
    var before = -Double.infinity
    for _ in 0..<60 {
      let sizes = try shares.sum(over: 0).values(as: Double.self)
      density.components = sizes.enumerated().map { place, size in
        let w = shares.selected(1, place).unsqueezed(1)
        let mean = (x * w).sum(over: 0, keep: true) * (1 / max(size, 1e-9))
        let centred = x - mean
        let own = centred.transposed().matmul(centred * w) + whole.covariance * prior
        return .init(
          weight: max(size, 1e-9) / Double(x.size(0)), mean: mean,
          covariance: own * (1 / (size + prior)))
      }
      let logs = density.componentLogs(x)
      let now = try logs.logSumExp(over: 1).mean().value()
      shares = logs.softmax(along: 1)
      if now - before < 1e-5 { break }
      before = now
    }
    return density
  }
}

extension SplitMix {
  /// A number below `bound` from a fresh start.
  fileprivate func first(_ bound: Int) -> Int {
    var copy = self
    return Int(copy.next(upperBound: UInt64(bound)))
  }
}
