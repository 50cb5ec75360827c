import Foundation
import Torch

/// Ways to features of the first part of an example, of which a linear head is to tell the label.
enum PretextFeatures: String, CaseIterable, Sendable {
  /// The second part as unlabelled examples teach to expect it.
  case pretext
  /// The directions in which nonlinear functions of both parts agree most in unlabelled examples.
  case correlation
  /// The second part as the truth expects it.
  case truth
  /// The same nonlinear functions of the first part that the others are made of.
  case functions
  /// The first part itself.
  case raw

  /// Whether the features come from unlabelled examples.
  var isLearned: Bool { self == .pretext || self == .correlation }
}

/// Maps from the first part to each kind of features.
struct PretextEncoders {
  let world: PretextWorld
  private let functions: RandomFeatures
  private let expected: RidgeHead
  private let agreeing: Tensor  // [m, k − 1]

  /// From `sample`, without its labels; as many agreeing directions as clusters less one.
  ///
  /// - Throws: `TensorError`.
  init(
    _ world: PretextWorld, _ sample: PretextWorld.Sample, functions count: Int,
    _ random: RandomStream
  ) throws {
    self.world = world
    let d = sample.first.size(1)
    let scale = try sample.first.standardDeviation().value()
    functions = RandomFeatures(d, count, scale: scale, random.child("first"))
    let others = RandomFeatures(d, count, scale: scale, random.child("second"))
    let x = functions(sample.first)
    expected = try RidgeHead(x, sample.second)
    agreeing = Self.agreeing(x, others(sample.second), count: world.centres.first.size(0) - 1)
  }

  /// Directions of `x` with the highest canonical correlations with `y`.
  private static func agreeing(_ x: Tensor, _ y: Tensor, count: Int) -> Tensor {
    let whiten = whitening(x)
    let centred = (x - x.mean(over: 0, keep: true), y - y.mean(over: 0, keep: true))
    let cross = centred.0.transposed().matmul(centred.1) / Double(x.size(0))
    let (u, s, _) = whiten.matmul(cross).matmul(whitening(y)).svd()
    let directions = whiten.matmul(u.sliced(1, 0, count))
    return directions * s.sliced(0, 0, count).unsqueezed(0)
  }

  /// The inverse root of the covariance, with a thousandth of its mean eigenvalue added.
  private static func whitening(_ x: Tensor) -> Tensor {
    let centred = x - x.mean(over: 0, keep: true)
    let covariance = centred.transposed().matmul(centred) / Double(x.size(0))
    let (values, vectors) = covariance.symmetricEigen()
    let floor = values.mean() * 1e-3
    let roots = (values.clamped(atLeast: 0) + floor).inverseSquareRoot()
    return (vectors * roots.unsqueezed(0)).matmul(vectors.transposed())
  }

  /// Features of first parts, `[n, d]` to `[n, m]`.
  func callAsFunction(_ kind: PretextFeatures, _ x: Tensor) -> Tensor {
    switch kind {
    case .pretext: expected(functions(x))
    case .correlation: functions(x).matmul(agreeing)
    case .truth: world.expectedSecond(x)
    case .functions: functions(x)
    case .raw: x
    }
  }
}
