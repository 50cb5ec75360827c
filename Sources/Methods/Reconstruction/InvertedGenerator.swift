import Autoencoding
import Foundation
import Learning
import Networks
import Torch

/// A generator whose codes of new examples are found by descent in the unit ball, and a density over codes.
public struct InvertedGenerator: Module {
  let decoder: Decoder
  let density: ExPostDensity
  /// How pictures are compared; nothing for mean squared errors.
  let pyramid: LaplacianPyramid?
  let isUnit: Bool
  public let latents: Int
  /// Steps of descent.
  let steps: Int

  /// How far what codes `[n, k]` stand for is from `x`, per input, `[n]`.
  func distance(_ z: Tensor, _ x: Tensor) -> Tensor {
    let back = decode(z)
    return pyramid?.distance(back, x) ?? back.squaredError(x).flattened(from: 1).mean(over: 1)
  }

  /// Codes of `x`, `[n, k]`, by Adam's steps down each example's distance from the mean of the codes.
  ///
  /// Every number moves by its own gradients, so that an example's code does not depend on its batch.
  func inverted(_ x: Tensor, steps: Int, rate: Double = 0.1) -> Tensor {
    let centre = density.means.tensor * density.weights.tensor.unsqueezed(1)
    var z = centre.sum(over: 0).unsqueezed(0).expanded([x.size(0), latents])
    var (first, second) = (z.zerosLike(), z.zerosLike())
    do {
      for step in 0..<steps {
        let slope = try withGradients {
          let leaf = z.requiringGradient()
          return try distance(leaf, x).sum().gradient(of: leaf)
        }
        withoutGradients {
          first = first * 0.9 + slope * 0.1
          second = second * 0.99 + slope.squared() * 0.01
          let count = Double(step + 1)
          let size = (second / (1 - pow(0.99, count))).squareRoot() + 1e-6
          // The steps get shorter, so that the end is a place and not a swing about it.
          let length = rate * 0.5 * (1 + cos(.pi * count / Double(steps + 1)))
          z = (z - first / size * (length / (1 - pow(0.9, count)))).projectedOntoBall()
        }
      }
    } catch {
      return (error as? TensorError).map { Tensor(error: $0) } ?? Tensor(.nan)
    }
    return z
  }
}

extension InvertedGenerator: Encoding, Sampling {
  /// Codes by descent, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { inverted(x, steps: steps) }
  /// What the generator makes, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { isUnit ? decoder(z).sigmoid() : decoder(z) }
  /// Draws from the density of the training examples' codes, `[count, k]`.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    density.sample(count, temperature: temperature, random)
  }
}
