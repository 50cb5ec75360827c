import Networks
import Torch

/// Logits of self-distillation: two hidden layers, a bottleneck of unit length, and its cosines with learned directions.
///
/// - Source: Caron et al., *Emerging properties in self-supervised vision transformers*, ICCV 2021, arXiv:2104.14294,
///   appendix C.
struct ProjectionHead: Module {
  let layers: MLP
  let directions: Parameter

  /// A head on `features` numbers.
  ///
  /// - Parameters:
  ///   - width: Of both hidden layers.
  ///   - bottleneck: Width of the last layer before the logits.
  init(_ features: Int, width: Int, bottleneck: Int, outputs: Int, _ random: RandomStream) {
    layers = MLP([features, width, width, bottleneck], activation: .gelu, random)
    directions = Parameter(random.normal([outputs, bottleneck]))
  }

  /// `[n, features]` to `[n, outputs]`, in `[-1, 1]`.
  func callAsFunction(_ h: Tensor) -> Tensor {
    layers(h).ofUnitLength.linear(directions.tensor.ofUnitLength)
  }
}

extension Tensor {
  /// Rows divided by their lengths.
  fileprivate var ofUnitLength: Tensor {
    self / (squared().sum(over: -1) + 1e-12).squareRoot().unsqueezed(-1)
  }
}
