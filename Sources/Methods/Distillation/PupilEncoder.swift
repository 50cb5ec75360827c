import Networks
import Torch

/// A convolution that keeps an image's size, a rectifier, and batch norm, `[n, in, h, w]` to `[n, out, h, w]`.
struct ConvolutionBlock: Module {
  let convolution: Convolution
  let norm: BatchNorm

  init(_ inputs: Int, _ outputs: Int, _ random: RandomStream) {
    convolution = Convolution(
      inputs, outputs, size: 3, window: .init(padding: 1), random, initialiser: .kaimingNormal)
    norm = BatchNorm(outputs, device: random.device)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { norm(convolution(x).relu()) }
}

/// Features of teacher and student: blocks of convolutions with average pooling for images, down to 2 × 2, or fully
/// connected layers.
///
/// - Source: the small convolutional networks in the code of Sarnthein et al., *Random Teachers are Good Teachers*,
///   2023.
struct PupilEncoder: Module {
  let blocks: [ConvolutionBlock]
  let layers: Encoder?
  /// Width of the features.
  let features: Int

  /// An encoder of examples of shape `shape`; `channels` are the blocks' widths, `hidden` those of the layers.
  init(
    _ shape: [Int], _ architecture: Architecture, channels: [Int], hidden: [Int],
    _ random: RandomStream
  ) {
    if architecture.resolved(for: shape) == .convolution {
      blocks = zip(shape.prefix(1) + channels, channels).map { ConvolutionBlock($0, $1, random) }
      layers = nil
      features = (channels.last ?? shape[0]) * 4
    } else {
      let encoder = Encoder(shape, .mlp, hidden: hidden, random)
      blocks = []
      layers = encoder
      features = encoder.features
    }
  }

  /// `[n]` + shape to `[n, features]`.
  func callAsFunction(_ x: Tensor) -> Tensor {
    if let layers { return layers(x) }
    var h = x
    for (index, block) in blocks.enumerated() {
      h = block(h)
      let isLast = index == blocks.count - 1
      // Halved between blocks, while there is something to halve.
      if !isLast, min(h.size(2), h.size(3)) >= 4 { h = h.averagePooled(2) }
    }
    return h.averagePooled(to: [2, 2]).flattened(from: 1)
  }
}
