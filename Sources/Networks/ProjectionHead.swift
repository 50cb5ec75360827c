import Torch

/// Linear layers with batch norm and a rectifier between them and none after the last, `[n, d]` to `[n, m]`: through
/// which an encoder is taught, and which is left out afterwards.
///
/// - Source: Chen et al., *A simple framework for contrastive learning of visual representations*, ICML 2020, section 4.2;
///   with batch norm as in Grill et al., *Bootstrap your own latent*, NeurIPS 2020.
public struct ProjectionHead: Module {
  public let hidden: [Linear]
  public let norms: [BatchNorm]
  public let output: Linear

  /// Layers between the widths in `sizes`, of which the first is the input's and at least one more is there.
  public init(_ sizes: [Int], _ random: RandomStream) {
    precondition(sizes.count >= 2, "a head of \(sizes.count) widths")
    let widths = sizes.dropLast()
    // The norm takes a bias away again.
    hidden = zip(widths, widths.dropFirst()).map { Linear($0, $1, bias: false, random) }
    norms = widths.dropFirst().map { BatchNorm($0, device: random.device) }
    output = Linear(sizes[sizes.count - 2], sizes[sizes.count - 1], random)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    output(zip(hidden, norms).reduce(x) { h, layer in layer.1(layer.0(h)).relu() })
  }
}
