import Foundation
import Torch

/// A cloud of points whose spread is set: the seven distributions by which measures of spread are judged.
///
/// - Source: Marbut, McKinney-Bock & Wheeler, ICML 2023, §3, and the authors' program; the dial is ours. At 1 the first three
///   are the paper's, the cone is as wide as it is long, and clusters melt into one cloud.
enum SpreadCloud: String, CaseIterable, Sendable {
  case ball, shell
  case nestedShells = "nested shells"
  case cone
  case symmetricClusters = "symmetric clusters"
  case unevenClusters = "uneven clusters"
  case shiftedClusters = "shifted clusters"

  /// `n` points of `d` ≥ 2 numbers that use their space as `spread`, above 0 and at most 1, says.
  func points(_ n: Int, _ d: Int, spread: Double, _ random: RandomStream) -> Tensor {
    switch self {
    case .ball, .shell, .nestedShells:
      let radii = radii(n, d, random.child("radii"))
      let ball = Self.directions(n, d, random.child("directions")) * radii
      // Axes shrink evenly, in logarithms, down to the spread.
      let axes = (0..<d).map { pow(spread, Double($0) / Double(d - 1)) }
      return ball * Tensor(axes, shape: [1, d])
    case .cone:
      let along = radii(n, d, random.child("radii"))
      let opening = spread / Double(d).squareRoot()
      let across = random.child("across").uniform([n, 1], type: .float64)
        .power(1 / Double(max(1, d - 1)))
      let side = Self.directions(n, d - 1, random.child("directions"))
      return Tensor.concatenate([along, side * along * across * opening], along: 1)
    case .symmetricClusters, .unevenClusters, .shiftedClusters:
      return clusters(n, d, width: spread, random)
    }
  }

  /// Distances from the origin, `[n, 1]`.
  private func radii(_ n: Int, _ d: Int, _ random: RandomStream) -> Tensor {
    switch self {
    case .shell: Tensor.ones([n, 1], type: .float64)
    case .nestedShells:
      Tensor((0..<n).map { $0 % 2 == 0 ? 0.5 : 1.0 }, shape: [n, 1])
    default: random.uniform([n, 1], type: .float64).power(1 / Double(d))
    }
  }

  /// Unit vectors, `[n, d]`.
  private static func directions(_ n: Int, _ d: Int, _ random: RandomStream) -> Tensor {
    let x = random.normal([n, d], type: .float64)
    return x / x.norm(over: 1, keep: true)
  }

  /// A pair of clusters on either side of the origin for each dimension, normal with deviation `width`.
  private func clusters(_ n: Int, _ d: Int, width: Double, _ random: RandomStream) -> Tensor {
    let centres = random.child("centres").uniform([d, d], type: .float64) * 2 - 1
    var (one, other) = (centres, -centres)
    if self == .shiftedClusters {
      one = one - random.child("shift").uniform([d, d], type: .float64)
      other = other + random.child("other shift").uniform([d, d], type: .float64)
    }
    var draws = SplitMix(random.seed.child("sides"))
    let shares = (0..<d).map { _ in self == .unevenClusters ? draws.uniform() : 0.5 }
    let members = (0..<n).map { place -> Int64 in
      let pair = place % d
      // Without unevenness the sides take turns.
      let isFirst =
        self == .unevenClusters ? draws.uniform() < shares[pair] : (place / d) % 2 == 0
      return Int64(isFirst ? pair : d + pair)
    }
    return Tensor.concatenate([one, other]).indexSelect(0, Tensor(members))
      + random.child("noise").normal([n, d], type: .float64) * width
  }
}
