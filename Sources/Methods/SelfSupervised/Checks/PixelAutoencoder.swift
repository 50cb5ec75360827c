import Datasets
import Learning
import Networks
import Torch

/// The network of ``HierarchicalGrouping`` as an autoencoder: the way up is not told what the way down saw, and
/// writes the image from the coarsest size.
///
/// - Source: Masci et al., *Stacked convolutional auto-encoders for hierarchical feature extraction*, ICANN 2011.
struct PixelAutoencoder: LossRecipe {
  static let card = Card(
    id: "pixel-autoencoder", title: "Convolutional autoencoder",
    source:
      "Masci et al., Stacked Convolutional Auto-Encoders for Hierarchical Feature Extraction, ICANN 2011",
    summary: "Writes images from what convolutions left of them.")

  /// Channels of the network at its finest size, a multiple of 8.
  var channels = 24
  /// How often the network halves the image on its way down.
  var depth = 2
  var views = Views()
  var training = Training()

  init() {}

  /// What gives vectors of pixels, and what writes an image from the finest of them.
  struct Network: Module, Encoding, PixelEncoding {
    let reader: UNet
    let writer: Convolution

    func encode(_ x: Tensor) -> Tensor { reader.pooled(x) }
    func pixelVectors(_ x: Tensor) -> Tensor { reader.vectors(x) }
  }

  func validate(for domain: Domain) throws {
    try UNet.validate(channels: channels, depth: depth, for: domain)
    try views.validate()
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let reader = UNet(
      domain.shape, channels: channels, depth: depth, told: false, random.child("reader"))
    return Network(
      reader: reader,
      writer: Convolution(channels, domain.shape[0], size: 1, random.child("writer")))
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    // As many views in a step as contrast has.
    let both = views.two(batch.x, step.random)
    let finest = network.reader.levels(both).last ?? both
    let back = network.writer(finest).interpolated(to: [both.size(2), both.size(3)], by: .linear)
    let errors = back.squaredError(both).mean(over: 1, 2, 3)  // [2 n]
    return Loss(.term("reconstruction", errors.reshaped(2, -1).mean(over: 0)))
  }
}
