import Foundation
import Torch

/// Several regression networks with two hidden layers, side by side along the first axis, in the neural tangent
/// parameterisation: weights are standard normal, and their scale stands in the formula.
///
/// - Source: Jacot, Gabriel & Hongler, *Neural Tangent Kernel*, NeurIPS 2018; Holzmüller et al., 2023, §2.2.
struct TangentNetworks {
  /// Of each layer, `[members, inputs, outputs]`.
  let weights: [Tensor]
  /// Of each layer, `[members, 1, outputs]`.
  let biases: [Tensor]
  let weightScale: Double
  let biasScale: Double

  /// Fresh networks; the last width is 1.
  init(
    members: Int, widths: [Int], weightScale: Double, biasScale: Double, _ random: RandomStream
  ) {
    self.weightScale = weightScale
    self.biasScale = biasScale
    weights = zip(widths, widths.dropFirst()).enumerated().map { index, layer in
      // A stream for each member, so that one network does not depend on how many stand beside it.
      Tensor.stack(
        (0..<members).map { random.child($0).child(index).normal([layer.0, layer.1]) }
      ).requiringGradient()
    }
    biases = widths.dropFirst().map {
      Tensor.zeros([members, 1, $0]).requiringGradient()
    }
  }

  private init(_ weights: [Tensor], _ biases: [Tensor], like other: TangentNetworks) {
    self.weights = weights
    self.biases = biases
    weightScale = other.weightScale
    biasScale = other.biasScale
  }

  var parameters: [Tensor] { weights + biases }
  var members: Int { weights.first?.size(0) ?? 0 }

  /// Only the network at `place`.
  func member(_ place: Int) -> TangentNetworks {
    func own(_ tensors: [Tensor]) -> [Tensor] {
      tensors.map { $0.detached().sliced(0, place, place + 1) }
    }
    return TangentNetworks(own(weights), own(biases), like: self)
  }

  /// Predictions `[members, n]` at `x`, `[members, n, inputs]` or `[1, n, inputs]`.
  func callAsFunction(_ x: Tensor) -> Tensor { layers(x).last?.squeezed(2) ?? x }

  /// What goes into the nonlinearity of each layer, `[members, n, outputs]`.
  private func layers(_ x: Tensor) -> [Tensor] {
    var h = x
    var all: [Tensor] = []
    for layer in weights.indices {
      h = layer == 0 ? h : h.relu()
      h = h.matmul(weights[layer]) * factor(layer) + biases[layer] * biasScale
      all.append(h)
    }
    return all
  }

  /// What the weights of a layer are multiplied with.
  private func factor(_ layer: Int) -> Double {
    weightScale / Double(weights[layer].size(1)).squareRoot()
  }

  /// The gradient of the first network's prediction with respect to the parameters of each layer, as the two
  /// factors of its outer product: scaled inputs with a constant `[n, inputs + 1]`, and derivatives `[n, outputs]`.
  ///
  /// - Source: Holzmüller et al., 2023, eq. 5 and §3.1.
  func gradients(_ x: Tensor) -> [(inputs: Tensor, derivatives: Tensor)] {
    let own = member(0)
    let z = own.layers(x.unsqueezed(0)).map { $0.squeezed(0) }
    let one = Tensor.ones([x.size(0), 1])
    var derivative = one
    var found: [(Tensor, Tensor)] = []
    for layer in weights.indices.reversed() {
      let entering = layer == 0 ? x : z[layer - 1].relu()
      let inputs = Tensor.concatenate([entering * factor(layer), one * biasScale], along: 1)
      found.append((inputs, derivative))
      guard layer > 0 else { break }
      let back = derivative.matmul(own.weights[layer].squeezed(0).transposed()) * factor(layer)
      derivative = back * (z[layer - 1] .> 0).to(.float32)
    }
    return found.reversed()
  }
}
