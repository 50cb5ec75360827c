import Foundation
import Torch

/// Linear layers under the spectral contrastive loss −2 E f(x)·f(x⁺) + E (f(x)·f(x⁻))² of paired views, the last layers of
/// which may be left out afterwards as a head.
///
/// - Source: Xue, Joshi, Gan, Chen & Mirzasoleiman, *Investigating the Benefits of Projection Head for Representation
///   Learning*, ICLR 2024, arXiv:2403.11391, section 3; the loss is that of HaoChen et al., 2021.
struct SpectralContrast: Sendable {
  /// Moments of one view, and between two.
  let own: Tensor
  let cross: Tensor
  /// Layers, the head's included.
  let depth: Int

  init(_ moments: PairMoments, depth: Int) {
    (own, cross, self.depth) = (moments.own, moments.symmetric, depth)
  }

  /// The gradients of the layers.
  func slopes(_ layers: [Tensor]) -> [Tensor] {
    let products = LinearChain.products(layers)
    let map = products[depth - 1]
    let spread = map.matmul(own)
    let slope = spread.matmul(map.transposed()).matmul(spread) - map.matmul(cross)
    return LinearChain.slopes(layers, products, ofMap: slope * 4)
  }

  /// The maps up to each layer, followed from `size` times the identity until the loss hardly falls any more.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  func learned(
    size: Double, jitter: Double, _ random: RandomStream, shouldStop: @escaping () -> Bool
  ) throws -> [Tensor] {
    var last: [Tensor] = []
    var flow = GradientFlow(shouldStop: shouldStop)
    flow.mostSteps = 20_000
    let start = LinearChain.start(
      depth, width: own.size(0), size: size, jitter: jitter, random)
    try flow.follow(start, slopes: slopes) { _, layers in
      last = layers
      let left = try slopes(layers).map { $0.squared().sum() }.reduce(Tensor(0), +).value()
      return left > 1e-12
    }
    return LinearChain.products(last)
  }

  /// The squared weight with which a feature ends in the map up to layer `layer` of `depth`, counted from 1, in closed
  /// form for layers that start alike: (λ/σ⁴) to the power of layer/depth.
  static func weight(
    covariance: Double, variance: Double, layer: Int, of depth: Int
  ) -> Double {
    pow(covariance / (variance * variance), Double(layer) / Double(depth))
  }
}
