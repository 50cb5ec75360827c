import Networks
import Torch

/// Features of spectrograms of any length, `[n, c, h, w]` to `[n, features]`: three convolutions, each with batch norm,
/// a rectifier and maxima over 2×2; two layers that read all bands of a frame; and over frames their maximum plus their
/// mean.
///
/// - Source: Koizumi et al., *The NTT DCASE2020 challenge task 6 system: automated audio captioning with keywords and
///   sentence length estimation*, 2020, arXiv:2007.00225; the pooling of Niizumi et al., *BYOL for Audio*, IJCNN 2021.
/// - Departs: no dropout between the two layers.
struct MelEncoder: Module {
  let convolutions: [NormedConvolution]
  let first: Linear
  let second: Linear

  init(channels: Int, bands: Int, width: Int, features: Int, _ random: RandomStream) {
    convolutions = [channels, width, width].map { NormedConvolution($0, width, size: 3, random) }
    first = Linear(width * (bands / 8), features, random)
    second = Linear(features, features, random)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let maps = convolutions.reduce(x) { h, layer in layer(h).relu().maxPooled(2) }
    let frames = maps.permuted(0, 3, 1, 2).flattened(from: 2)  // [n, w / 8, width · h / 8]
    let h = second(first(frames, then: .relu), then: .relu)  // [n, w / 8, features]
    return h.max(over: 1) + h.mean(over: 1)
  }
}

/// An encoder of spectrograms with the head through which it is taught.
public struct ProjectedSound: Module {
  let encoder: MelEncoder
  let projector: ProjectionHead
}
