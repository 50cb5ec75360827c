import Torch

/// Fully connected networks that predict the scores of designs, several side by side that share nothing.
struct SurrogateEnsemble {
  /// Weights `[members, in, out]` and biases `[members, 1, out]`, layer by layer.
  let parameters: [Tensor]

  init(parameters: [Tensor]) { self.parameters = parameters }

  /// Networks of designs of `inputs` numbers, with Glorot's uniform start.
  init(_ inputs: Int, hidden: [Int], members: Int, _ random: RandomStream) {
    let widths = [inputs] + hidden + [1]
    parameters = zip(widths, widths.dropFirst()).enumerated().flatMap { layer, width in
      let bound = (6 / Double(width.0 + width.1)).squareRoot()
      let uniform = random.child(layer).uniform([members, width.0, width.1])
      return [
        (uniform * (2 * bound) - bound).requiringGradient(),
        Tensor.zeros([members, 1, width.1]).requiringGradient(),
      ]
    }
  }

  var members: Int { parameters[0].size(0) }

  /// Scores of the designs of each member, `[members, n, d]` to `[members, n]`.
  func callAsFunction(_ x: Tensor) -> Tensor {
    var h = x
    for layer in stride(from: 0, to: parameters.count, by: 2) {
      if layer > 0 { h = h.leakyRelu(0.3) }
      h = h.batchedMatmul(parameters[layer]) + parameters[layer + 1]
    }
    return h.squeezed(-1)
  }

  /// Scores of the same designs by every member, `[n, d]` to `[members, n]`.
  func scores(_ x: Tensor) -> Tensor {
    self(x.unsqueezed(0).expanded([members] + x.shape).contiguous())
  }

  /// The gradient of each member's mean prediction with respect to its own parameters, shaped as they are.
  ///
  /// - Throws: `TensorError`.
  func slope(_ x: Tensor) throws -> [Tensor] {
    try self(x).mean(over: 1).sum().gradients(for: parameters)
  }

  /// Designs moved up the gradient of the sum of `score`, each within `bounds` where they are given.
  ///
  /// - Throws: `TensorError`.
  static func ascended(
    _ x: Tensor, steps: Int, rate: Double, within bounds: (low: Tensor, high: Tensor)? = nil,
    _ score: (Tensor) -> Tensor
  ) throws -> Tensor {
    var now = x.detached()
    for _ in 0..<steps {
      let leaf = now.requiringGradient()
      now = now + (try score(leaf).sum().gradient(of: leaf)) * rate
      if let bounds { now = now.maximum(bounds.low).minimum(bounds.high) }
    }
    return try now.checked()
  }
}

/// The Euclidean norm over all parameters of each member, `[members]`.
func jointNorms(_ tensors: [Tensor]) -> Tensor {
  let squares = tensors.map { $0.squared().sum(over: 1, 2) }
  return Tensor.stack(squares).sum(over: 0).squareRoot()
}
