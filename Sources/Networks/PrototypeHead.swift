import Torch

/// Logits of self-distillation: two hidden layers, a bottleneck of unit length, and its cosines with learned directions.
///
/// - Source: Caron et al., *Emerging properties in self-supervised vision transformers*, ICCV 2021, arXiv:2104.14294,
///   appendix C.
public struct PrototypeHead: Module {
  public let layers: MLP
  public let directions: Parameter

  /// A head on `features` numbers.
  ///
  /// - Parameters:
  ///   - width: Of both hidden layers.
  ///   - bottleneck: Width of the last layer before the logits.
  public init(_ features: Int, width: Int, bottleneck: Int, outputs: Int, _ random: RandomStream) {
    layers = MLP([features, width, width, bottleneck], activation: .gelu, random)
    directions = Parameter(random.normal([outputs, bottleneck]))
  }

  /// `[n, features]` to `[n, outputs]`, in `[-1, 1]`.
  public func callAsFunction(_ h: Tensor) -> Tensor {
    layers(h).ofUnitLength.linear(directions.tensor.ofUnitLength)
  }
}

extension Tensor {
  /// Vectors along the last axis divided by their lengths.
  public var ofUnitLength: Tensor {
    self / (squared().sum(over: -1) + 1e-12).squareRoot().unsqueezed(-1)
  }
}
