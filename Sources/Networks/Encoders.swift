import Torch

/// Which network reads and writes data of a given shape.
public enum Architecture: String, Codable, CaseIterable, Sendable {
  /// Convolutions for images of more than 1,024 numbers, else fully connected layers.
  case auto
  case mlp
  case convolution

  /// What `auto` means for examples of shape `shape`.
  public func resolved(for shape: [Int]) -> Architecture {
    guard self == .auto else { return self }
    return shape.count == 3 && shape.reduce(1, *) > 1024 ? .convolution : .mlp
  }

  /// Whether this architecture can read examples of shape `shape`.
  public func suits(_ shape: [Int]) -> Bool {
    resolved(for: shape) == .mlp || (shape.count == 3 && min(shape[1], shape[2]) >= 4)
  }
}

/// Channels and sizes of a stack of convolutions that halve an image until a side would go below 4.
struct Pyramid {
  var channels: [Int]
  var sizes: [[Int]]

  init(_ shape: [Int], width: Int = 32) {
    channels = [shape[0]]
    sizes = [[shape[1], shape[2]]]
    while let last = sizes.last, min(last[0], last[1]) / 2 >= 4 {
      sizes.append([last[0] / 2, last[1] / 2])
      channels.append(min(width << (channels.count - 1), 256))
    }
  }

  var flat: Int { (channels.last ?? 1) * (sizes.last ?? []).reduce(1, *) }
}

/// Features of examples of any shape, `[n] + shape` to `[n, features]`, after a nonlinearity.
public struct Encoder: Module {
  public let convolutions: [Convolution]
  public let layers: [Linear]
  /// Width of the features.
  public let features: Int
  let activation: Activation

  /// A network for examples of shape `shape`; `hidden` are the widths of its fully connected layers.
  public init(
    _ shape: [Int], _ architecture: Architecture = .auto, hidden: [Int],
    activation: Activation = .relu, _ random: RandomStream
  ) {
    self.activation = activation
    var width = shape.reduce(1, *)
    if architecture.resolved(for: shape) == .convolution {
      let pyramid = Pyramid(shape)
      convolutions = zip(pyramid.channels, pyramid.channels.dropFirst()).map {
        Convolution($0, $1, size: 4, window: .init(stride: 2, padding: 1), random)
      }
      width = pyramid.flat
    } else {
      convolutions = []
    }
    layers = zip([width] + hidden, hidden).map { Linear($0, $1, random) }
    features = hidden.last ?? width
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    var h = x
    for layer in convolutions { h = activation(layer(h)) }
    h = h.flattened(from: 1)
    return layers.reduce(h) { $1($0, then: activation) }
  }
}

/// Data of any shape from codes, `[n, k]` to `[n] + shape`, without a final nonlinearity.
public struct Decoder: Module {
  public let layers: [Linear]
  public let convolutions: [Convolution]
  let shape: [Int]
  let activation: Activation
  private let pyramid: Pyramid?

  /// The mirror image of ``Encoder`` for codes of `latents` numbers; `hidden` in the encoder's order.
  public init(
    _ shape: [Int], _ architecture: Architecture = .auto, latents: Int, hidden: [Int],
    activation: Activation = .relu, _ random: RandomStream
  ) {
    self.shape = shape
    self.activation = activation
    let isConvolutional = architecture.resolved(for: shape) == .convolution
    let pyramid = isConvolutional ? Pyramid(shape) : nil
    self.pyramid = pyramid
    let widths = [latents] + hidden.reversed() + [pyramid?.flat ?? shape.reduce(1, *)]
    layers = zip(widths, widths.dropFirst()).map { Linear($0, $1, random) }
    let channels = pyramid?.channels ?? []
    convolutions = zip(channels.dropFirst(), channels).reversed().map {
      Convolution($0, $1, size: 4, window: .init(stride: 2, padding: 1), transposed: true, random)
    }
  }

  public func callAsFunction(_ z: Tensor) -> Tensor {
    var h = layers.dropLast().reduce(z) { $1($0, then: activation) }
    if let last = layers.last { h = last(h) }
    guard let pyramid else { return h.reshaped([-1] + shape) }
    let sizes = pyramid.sizes.reversed()
    h = activation(h).reshaped([-1, pyramid.channels.last ?? 1] + (sizes.first ?? []))
    for (index, (layer, size)) in zip(convolutions, sizes.dropFirst()).enumerated() {
      h = layer(index == 0 ? h : activation(h))
      // An odd side lost its last row on the way down.
      let missing = [size[1] - h.size(3), size[0] - h.size(2)]
      if missing != [0, 0] { h = h.padded([0, missing[0], 0, missing[1]], by: .replicate) }
    }
    return h
  }
}
