import Torch

/// An affine map of the last axis, `[…, d]` to `[…, m]`.
public struct Linear: Module {
  public let weight: Parameter
  public let bias: Parameter?

  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, _ random: RandomStream,
    initialiser: Initialiser = .fanInUniform
  ) {
    weight = Parameter(initialiser([outputs, inputs], random))
    let bound = 1 / Double(max(inputs, 1)).squareRoot()
    self.bias = bias ? Parameter(random.uniform([outputs]) * (2 * bound) - bound) : nil
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.linear(weight.tensor, bias?.tensor) }

  /// The map and a nonlinearity after it, in one where they can be.
  public func callAsFunction(_ x: Tensor, then activation: Activation) -> Tensor {
    switch activation {
    case .relu: x.linear(weight.tensor, bias?.tensor, then: .rectified)
    case .gelu: x.linear(weight.tensor, bias?.tensor, then: .gelu)
    default: activation(self(x))
    }
  }
}

/// Convolution over 1, 2 or 3 spatial axes, `[n, in, …]` to `[n, out, …]`.
public struct Convolution: Module {
  public let weight: Parameter
  public let bias: Parameter?
  let window: Tensor.Window
  let isTransposed: Bool

  /// A layer with windows of `size` in each of `axes` spatial axes.
  ///
  /// - Parameter transposed: Whether it is the transpose of a convolution, which enlarges.
  public init(
    _ inputs: Int, _ outputs: Int, size: Int, axes: Int = 2, window: Tensor.Window = .init(),
    transposed: Bool = false, bias: Bool = true, _ random: RandomStream,
    initialiser: Initialiser = .fanInUniform
  ) {
    self.window = window
    isTransposed = transposed
    let channels =
      transposed ? [inputs, outputs / window.groups] : [outputs, inputs / window.groups]
    let shape = channels + Array(repeating: size, count: axes)
    weight = Parameter(initialiser(shape, random))
    let bound = 1 / Double(max(shape.dropFirst().reduce(1, *), 1)).squareRoot()
    self.bias = bias ? Parameter(random.uniform([outputs]) * (2 * bound) - bound) : nil
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.convolution(weight.tensor, bias?.tensor, window, transposed: isTransposed)
  }
}

/// A learned vector for each of so many whole numbers, `[…]` to `[…, width]`.
public struct Embedding: Module {
  public let weight: Parameter

  public init(_ count: Int, _ width: Int, _ random: RandomStream) {
    weight = Parameter(random.normal([count, width]))
  }

  public func callAsFunction(_ indices: Tensor) -> Tensor { weight.tensor.embedding(indices) }
}

/// Zeros each element with a probability in training and scales the rest up; nothing in evaluation.
///
/// - Source: Srivastava et al., *Dropout*, JMLR 2014.
public struct Dropout: Module {
  public let probability: Double

  public init(_ probability: Double) { self.probability = probability }

  public func callAsFunction(_ x: Tensor, _ random: RandomStream) -> Tensor {
    guard Runtime.isTraining, probability > 0 else { return x }
    let kept = random.bernoulli(x.detached().filled(with: 1 - probability))
    return x * kept * (1 / (1 - probability))
  }
}

/// A pointwise nonlinearity by name.
public enum Activation: String, Codable, CaseIterable, Sendable {
  case identity, relu, leakyRelu, elu, selu, silu, gelu, mish, softplus, tanh, sigmoid

  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .identity: x
    case .relu: x.relu()
    case .leakyRelu: x.leakyRelu()
    case .elu: x.elu()
    case .selu: x.selu()
    case .silu: x.silu()
    case .gelu: x.gelu()
    case .mish: x.mish()
    case .softplus: x.softplus()
    case .tanh: x.tanh()
    case .sigmoid: x.sigmoid()
    }
  }
}

/// Linear layers with a nonlinearity between them and none after the last, `[n, d]` to `[n, m]`.
public struct MLP: Module {
  public let layers: [Linear]
  let activation: Activation

  /// Layers between the widths in `sizes`, of which the first is the input's.
  public init(_ sizes: [Int], activation: Activation = .relu, _ random: RandomStream) {
    layers = zip(sizes, sizes.dropFirst()).map { Linear($0, $1, random) }
    self.activation = activation
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let h = layers.dropLast().reduce(x) { $1($0, then: activation) }
    return layers.last?(h) ?? h
  }
}
