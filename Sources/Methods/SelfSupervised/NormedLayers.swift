import Datasets
import Networks
import Torch

/// What keeps the outputs of layers on one scale.
public enum LayerScaling: String, Codable, CaseIterable, Sendable {
  /// Mean and variance of each channel over the batch.
  case batch
  /// Mean and variance over all channels of an example, and weights whose mean is 0 and deviation 1.
  case layer
  /// Nothing.
  case none
}

/// A layer with or without a norm, and a rectifier: a convolution that halves images, or a linear layer.
///
/// - Source: for weights of deviation 1, Qiao et al., *Micro-batch training with batch-channel normalization and weight
///   standardization*, 2019, arXiv:1903.10520.
struct NormedLayer: Module {
  /// `[out, in]`, or `[out, in, 3, 3]`.
  let weight: Parameter
  let bias: Parameter
  let batch: BatchNorm?
  let layer: GroupNorm?

  init(
    _ inputs: Int, _ outputs: Int, isConvolution: Bool, _ scaling: LayerScaling,
    _ random: RandomStream
  ) {
    let shape = [outputs, inputs] + (isConvolution ? [3, 3] : [])
    weight = Parameter(Initialiser.kaimingNormal(shape, random))
    bias = Parameter(Tensor.zeros([outputs], device: random.device))
    batch = scaling == .batch ? BatchNorm(outputs, device: random.device) : nil
    layer = scaling == .layer ? GroupNorm(1, channels: outputs, device: random.device) : nil
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let w = layer == nil ? weight.tensor : standardised
    let h =
      w.rank == 4
      ? x.convolution(w, bias.tensor, .init(stride: 2, padding: 1)) : x.linear(w, bias.tensor)
    return (batch?(h) ?? layer?(h) ?? h).relu()
  }

  /// The weights of each output with mean 0 and deviation 1, over the root of how many there are.
  private var standardised: Tensor {
    let w = weight.tensor.flattened(from: 1)
    let centred = w - w.mean(over: 1, keep: true)
    let scale = (w.variance(over: 1, correction: 0, keep: true) + 1e-10).squareRoot()
    return (centred / scale / Double(w.size(1)).squareRoot()).reshaped(weight.tensor.shape)
  }
}

/// Features of examples, `[n]` + shape to `[n, features]`: convolutions for images, linear layers for other data.
struct NormedFeatures: Module {
  let layers: [NormedLayer]
  private let shape: [Int]
  private let isImage: Bool

  /// Layers of these widths.
  init(_ shape: [Int], widths: [Int], _ scaling: LayerScaling, _ random: RandomStream) {
    self.shape = shape
    isImage = shape.count == 3
    let inputs = isImage ? shape[0] : shape.reduce(1, *)
    layers = zip([inputs] + widths, widths).map { [isImage] inputs, outputs in
      NormedLayer(inputs, outputs, isConvolution: isImage, scaling, random)
    }
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    guard Array(x.shape.dropFirst()) == shape else {
      let reason = "examples of shape \(shape) are read"
      return Tensor(error: x.error ?? TensorError("features", shapes: [x.shape], reason: reason))
    }
    let h = layers.reduce(isImage ? x : x.flattened(from: 1)) { $1($0) }
    return isImage ? h.mean(over: 2, 3) : h
  }
}

/// A layer with its norm and a linear one, `[n, d]` to `[n, m]`.
struct NormedHead: Module {
  let hidden: NormedLayer
  let output: Linear

  init(_ sizes: (Int, Int, Int), _ scaling: LayerScaling, _ random: RandomStream) {
    hidden = NormedLayer(sizes.0, sizes.1, isConvolution: false, scaling, random)
    output = Linear(sizes.1, sizes.2, random)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { output(hidden(x)) }
}

/// Features and the head through which they are taught.
struct NormedProjection: Module {
  let encoder: NormedFeatures
  let head: NormedHead

  /// Projections, `[n]` + shape to `[n, m]`.
  func callAsFunction(_ x: Tensor) -> Tensor { head(encoder(x)) }
}
