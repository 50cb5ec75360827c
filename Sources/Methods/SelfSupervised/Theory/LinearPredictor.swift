import Foundation
import Torch

/// What a deep linear encoder with one linear predictor above it learns from one view to tell of the other.
enum PredictedTarget: String, CaseIterable, Sendable {
  /// The other view's codes, through which no gradient flows: a joint-embedding predictive architecture.
  case codes = "jepa"
  /// The other view itself: a masked autoencoder.
  case inputs = "mae"
}

/// The mean squared error ½ E‖V W_L … W₁ x − target‖² of deep linear encoders as their weights' gradients see it.
struct LinearPredictor: Sendable {
  let moments: PairMoments
  let target: PredictedTarget
  /// Layers of the encoder, L.
  let depth: Int
  /// Time over which the network that makes the targets follows the encoder; 0 where it is the encoder.
  var lag = 0.0

  /// L layers, the predictor and, where it lags, the product that makes the targets: `size` times the identity each, with
  /// `jitter` of that in random entries, and the first product of the layers.
  func start(size: Double, jitter: Double, _ random: RandomStream) -> [Tensor] {
    let layers = LinearChain.start(
      depth + 1, width: moments.own.size(0), size: size, jitter: jitter, random)
    return lag > 0 && target == .codes ? layers + [product(layers)] : layers
  }

  /// The encoder as one matrix, `[d, d]`.
  func product(_ weights: [Tensor]) -> Tensor {
    let products = LinearChain.products(Array(weights.prefix(depth)))
    return products[depth - 1]
  }

  /// The gradients of the layers, of the predictor, and what a lagging target has left to go, divided by its time.
  func slopes(_ weights: [Tensor]) -> [Tensor] {
    let layers = Array(weights.prefix(depth))
    let below = LinearChain.products(layers)
    let (encoder, predictor) = (below[depth - 1], weights[depth])
    let lags = weights.count > depth + 1
    let wanted =
      target == .inputs
      ? moments.cross : (lags ? weights[depth + 1] : encoder).matmul(moments.cross)
    let residual = predictor.matmul(encoder).matmul(moments.own) - wanted  // E[r xᵀ]
    let slopes =
      LinearChain.slopes(layers, below, ofMap: predictor.transposed().matmul(residual))
      + [residual.matmul(encoder.transposed())]
    return lags ? slopes + [(weights[depth + 1] - encoder) / lag] : slopes
  }

  /// How strongly each feature enters the codes: the norms of the columns of the product.
  ///
  /// - Throws: `TensorError`.
  func strengths(_ weights: [Tensor]) throws -> [Double] {
    try LinearChain.strengths(product(weights))
  }
}

/// When a feature is learned under gradient flow, in closed form, where all layers start as a small multiple of the
/// identity.
///
/// With every layer and the predictor at u the feature's strength is uᴸ, and u̇ = λ u²ᴸ (1 − u/ρ) where codes are the
/// target, λ uᴸ (1 − uᴸ⁺¹/ρ) where inputs are.
///
/// - Source: Littwin et al., *How JEPA Avoids Noisy Features*, NeurIPS 2024, arXiv:2407.03475, section 3: products ẇ of
///   their layers, here for one layer, with time not divided by L.
struct FeatureClock: Sendable {
  var covariance: Double
  var coefficient: Double
  var depth: Int
  var target: PredictedTarget

  /// The layer at which the flow rests.
  private var rest: Double {
    target == .codes ? coefficient : pow(coefficient, 1 / Double(depth + 1))
  }

  /// The strength at which the flow rests: ρᴸ, or ρ to the power of L/(L + 1).
  var strength: Double { pow(rest, Double(depth)) }

  /// The time from layers of `start` to a `share` of the last strength, by Simpson's rule over log u.
  func time(from start: Double, to share: Double) -> Double {
    let (low, high) = (log(start), log(share * strength) / Double(depth))
    guard high > low else { return 0 }
    let (pieces, power) = (2000, target == .codes ? 2 * depth : depth)
    func pace(_ u: Double) -> Double {
      let left = target == .codes ? u / coefficient : pow(u, Double(depth + 1)) / coefficient
      return covariance * pow(u, Double(power)) * (1 - left)
    }
    let width = (high - low) / Double(pieces)
    return (0...pieces).reduce(0) { sum, place in
      let u = exp(low + width * Double(place))
      let weight = place == 0 || place == pieces ? 1.0 : place % 2 == 1 ? 4 : 2
      return sum + weight * u / pace(u)
    } * width / 3
  }
}
