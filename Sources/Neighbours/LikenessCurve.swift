import Foundation

/// Likeness of two points at distance r on a map, 1 / (1 + a r²ᵇ): the curve of this form nearest to one that is 1 up to
/// a least distance and then falls as e^(−(r − least) / spread).
///
/// - Source: McInnes, Healy & Melville, *UMAP: uniform manifold approximation and projection for dimension reduction*,
///   2018, §3.2 and appendix C; least squares at 300 distances up to three times the spread, as in their program.
public struct LikenessCurve: Equatable, Sendable {
  /// How fast likeness falls.
  public let a: Double
  /// How sharply.
  public let b: Double

  /// The curve for points that may be `minDistance` apart without loss; `minDistance` ≥ 0, `spread` > 0.
  public init(minDistance: Double, spread: Double = 1) {
    let r = (0..<300).map { Double($0) / 299 * 3 * spread }
    let wanted = r.map { $0 < minDistance ? 1 : exp(-($0 - minDistance) / spread) }
    var (a, b, damping) = (1.0, 1.0, 1e-3)
    func loss(_ a: Double, _ b: Double) -> Double {
      zip(r, wanted).reduce(0) { sum, pair in
        let gap = 1 / (1 + a * pow(pair.0, 2 * b)) - pair.1
        return sum + gap * gap
      }
    }
    var now = loss(a, b)
    // Levenberg's and Marquardt's damped Gauss–Newton steps.
    for _ in 0..<500 {
      var (aa, ab, bb, ga, gb) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for (r, wanted) in zip(r, wanted) where r > 0 {
        let power = pow(r, 2 * b)
        let value = 1 / (1 + a * power)
        let (da, db) = (-power * value * value, -a * power * 2 * log(r) * value * value)
        aa += da * da
        ab += da * db
        bb += db * db
        ga += da * (value - wanted)
        gb += db * (value - wanted)
      }
      let (p, q) = (aa * (1 + damping), bb * (1 + damping))
      let determinant = p * q - ab * ab
      let (stepA, stepB) = ((q * ga - ab * gb) / determinant, (p * gb - ab * ga) / determinant)
      let next = loss(a - stepA, b - stepB)
      if a - stepA > 0, b - stepB > 0, next < now {
        (a, b, now, damping) = (a - stepA, b - stepB, next, damping / 10)
        if abs(stepA) < 1e-12 * a && abs(stepB) < 1e-12 * b { break }
      } else {
        damping *= 10
        if damping > 1e12 { break }
      }
    }
    (self.a, self.b) = (a, b)
  }
}
