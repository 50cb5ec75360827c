import Datasets
import Files
import Networks
import Torch

/// A convolution, the scale of its outputs kept over groups of eight channels, and a rectifier, `[n, in, h, w]` to
/// `[n, out, h / stride, w / stride]`, rounded up.
struct GroupedConvolution: Module {
  private let convolution: Convolution
  private let norm: GroupNorm

  init(_ inputs: Int, _ outputs: Int, stride: Int = 1, _ random: RandomStream) {
    convolution = Convolution(
      inputs, outputs, size: 3, window: .init(stride: stride, padding: 1), bias: false, random,
      initialiser: .kaimingNormal)
    norm = GroupNorm(max(1, outputs / 8), channels: outputs, device: random.device)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { norm(convolution(x)).relu() }
}

/// A vector for each pixel of an image: a way down that halves the image and doubles the channels, a way up that is
/// told at each size what the way down saw there, and what all sizes of the way up say of a pixel, side by side.
///
/// - Source: Ronneberger, Fischer & Brox, *U-Net*, MICCAI 2015; the vectors of all sizes together as in Hariharan et
///   al., *Hypercolumns for object segmentation and fine-grained localization*, CVPR 2015.
/// - Departs: one convolution at each size of the way up, strides for pooling, group norm; images of 24 pixels or
///   more are halved at once, as ``ResNet`` does.
struct UNet: Module {
  private let stem: GroupedConvolution
  private let down: [[GroupedConvolution]]
  private let up: [GroupedConvolution]
  private let isTold: Bool
  /// Width of a pixel's vector.
  let features: Int
  /// Channels of the finest size.
  let channels: Int

  /// A network for images of shape `[c, h, w]`.
  ///
  /// - Parameters:
  ///   - channels: Of the finest size, a multiple of 8 or below 8.
  ///   - depth: How often the image is halved on the way down.
  ///   - told: Whether the way up is told what the way down saw.
  init(_ shape: [Int], channels: Int, depth: Int, told: Bool = true, _ random: RandomStream) {
    let widths = (0...depth).map { channels << $0 }
    let halves = min(shape[1], shape[2]) >= 24
    stem = GroupedConvolution(shape[0], channels, stride: halves ? 2 : 1, random.child("stem"))
    down = zip(widths, widths.dropFirst()).enumerated().map { step, pair in
      let random = random.child("down").child(step)
      return [
        GroupedConvolution(pair.0, pair.1, stride: 2, random),
        GroupedConvolution(pair.1, pair.1, random),
      ]
    }
    up = zip(widths, widths.dropFirst()).enumerated().reversed().map { step, pair in
      GroupedConvolution(
        pair.1 + (told ? pair.0 : 0), pair.0, random.child("up").child(step))
    }
    isTold = told
    features = widths.reduce(0, +)
    self.channels = channels
  }

  /// What the way up sees at each size, the coarsest first: the last is `[n, channels, h, w]`, or of half the image.
  func levels(_ x: Tensor) -> [Tensor] {
    var seen = [stem(x)]
    for stage in down { seen.append(stage.reduce(seen[seen.count - 1]) { $1($0) }) }
    var levels = [seen[seen.count - 1]]
    for (layer, beside) in zip(up, seen.dropLast().reversed()) {
      let wide = levels[levels.count - 1].interpolated(to: [beside.size(2), beside.size(3)])
      levels.append(layer(isTold ? .concatenate([wide, beside], along: 1) : wide))
    }
    return levels
  }

  /// Vectors of all pixels, `[n, c, h, w]` to `[n, features, h, w]`.
  func vectors(_ x: Tensor) -> Tensor {
    let size = [x.size(2), x.size(3)]
    return .concatenate(levels(x).map { $0.interpolated(to: size, by: .linear) }, along: 1)
  }

  /// Vectors of some pixels, `[n, q, features]`, of images `[n, c, h, w]`; the pixels are numbered row by row, int64
  /// `[n, q]`.
  func vectors(_ x: Tensor, at pixels: Tensor) -> Tensor {
    let (h, w) = (x.size(2), x.size(3))
    let row = pixels.floorDivide(Tensor(Double(w), type: .int64, device: x.device)).to(x.dtype)
    let column = pixels.to(x.dtype) - row * Double(w)
    let found = levels(x).map { level in
      // Kept to the middles of the outer cells, as interpolation of whole images does.
      func place(_ index: Tensor, _ count: Int, _ cells: Int) -> Tensor {
        let edge = 1 - 1 / Double(cells)
        return ((index + 0.5) * (2 / Double(count)) - 1).clamped(-edge, edge)
      }
      let grid = Tensor.stack(
        [place(column, w, level.size(3)), place(row, h, level.size(2))], along: 2)
      return level.sampled(at: grid.unsqueezed(2)).squeezed(3)  // [n, channels, q]
    }
    return Tensor.concatenate(found, along: 1).transposed()
  }

  /// The means of all sizes, side by side, `[n, c, h, w]` to `[n, features]`.
  func pooled(_ x: Tensor) -> Tensor {
    .concatenate(levels(x).map { $0.mean(over: 2, 3) }, along: 1)
  }
}

extension UNet {
  /// Refuses settings and data of which no network is made.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  static func validate(channels: Int, depth: Int, for domain: Domain) throws {
    try require(
      domain.isImage && min(domain.shape[1], domain.shape[2]) >= 8,
      "this method takes images of at least 8×8, and the source has shape \(domain.shape)")
    try require(
      8...1024 ~= channels && channels % 8 == 0,
      "--channels \(channels): must be a multiple of 8 up to 1024")
    try require(1...5 ~= depth, "--depth \(depth): must be 1 to 5")
  }
}
