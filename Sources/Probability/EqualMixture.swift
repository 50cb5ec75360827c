import Foundation
import Torch

/// A mixture of normals with equal weights, one for each row.
public struct EqualMixture: Sendable {
  /// The components, over `[m, k]`.
  public let components: Normal

  public init(_ components: Normal) { self.components = components }

  /// log density at the places `[n, k]`, nats, `[n]`.
  public func logProbability(of z: Tensor) -> Tensor {
    let precision = (-components.logVariance).exp()  // [m, k]
    let scaled = components.mean * precision
    // Σ (z − mean)² / variance, multiplied out so that no array of n · m · k is made.
    let squares =
      z.squared().matmul(precision.transposed()) - z.matmul(scaled.transposed()) * 2
      + (components.mean * scaled).sum(over: 1)
    let constant = components.logVariance.sum(over: 1) + Double(z.size(1)) * logTwoPi
    let each = (squares + constant) * -0.5  // [n, m]
    return each.logSumExp(over: 1) - log(Double(components.mean.size(0)))
  }

  /// Draws, `[count, k]`; deviations from the components' means are scaled by `temperature`.
  public func sample(_ count: Int, temperature: Double = 1, _ random: RandomStream) -> Tensor {
    let rows = random.child("components").integers(0..<components.mean.size(0), [count])
    let noise = random.child("noise").normal([count, components.mean.size(1)]) * temperature
    return components.mean.indexSelect(0, rows)
      + components.deviation.indexSelect(0, rows) * noise
  }
}
