import Torch

/// Vectors for the places of an example, `[n] + shape` to `[n, t, w]`: of an image by convolutions for the places of a
/// grid, else by fully connected layers for the places of a row.
public struct TokenEncoder: Module {
  public let convolutions: [Convolution]
  public let layers: Encoder?
  public let output: Linear
  /// Number of places, t.
  public let tokens: Int
  let width: Int
  let activation: Activation

  /// A network for examples of shape `shape`; `tokens` and `hidden` are of the fully connected layers alone.
  public init(
    _ shape: [Int], _ architecture: Architecture, tokens: Int, width: Int, hidden: [Int],
    activation: Activation, _ random: RandomStream
  ) {
    (self.width, self.activation) = (width, activation)
    if let grid = TokenGrid(shape, architecture) {
      let channels = grid.pyramid.channels
      self.tokens = grid.count
      layers = nil
      convolutions =
        zip(channels, channels.dropFirst()).map {
          Convolution($0, $1, size: 4, window: .init(stride: 2, padding: 1), random)
        } + [Convolution(grid.depth, grid.depth, size: 3, window: .init(padding: 1), random)]
      output = Linear(grid.depth, width, random)
    } else {
      self.tokens = tokens
      convolutions = []
      let layers = Encoder(shape, .mlp, hidden: hidden, activation: activation, random)
      self.layers = layers
      output = Linear(layers.features, tokens * width, random)
    }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    if let layers { return output(layers(x)).reshaped(-1, tokens, width) }
    let h = convolutions.reduce(x) { activation($1($0)) }
    return output(h.flattened(from: 2).transposed(1, 2))
  }
}

/// Data of any shape from vectors for its places, `[n, t, w]` to `[n] + shape`, without a final nonlinearity: the
/// mirror image of ``TokenEncoder``.
public struct TokenDecoder: Module {
  public let input: Linear?
  public let convolutions: [Convolution]
  public let layers: Decoder?
  let grid: TokenGrid?
  let activation: Activation

  public init(
    _ shape: [Int], _ architecture: Architecture, tokens: Int, width: Int, hidden: [Int],
    activation: Activation, _ random: RandomStream
  ) {
    self.activation = activation
    grid = TokenGrid(shape, architecture)
    if let grid {
      let channels = grid.pyramid.channels
      input = Linear(width, grid.depth, random)
      layers = nil
      convolutions =
        [Convolution(grid.depth, grid.depth, size: 3, window: .init(padding: 1), random)]
        + zip(channels.dropFirst(), channels).reversed().map {
          Convolution(
            $0, $1, size: 4, window: .init(stride: 2, padding: 1), transposed: true, random)
        }
    } else {
      (input, convolutions) = (nil, [])
      layers = Decoder(
        shape, .mlp, latents: tokens * width, hidden: hidden, activation: activation, random)
    }
  }

  public func callAsFunction(_ z: Tensor) -> Tensor {
    if let layers { return layers(z.flattened(from: 1)) }
    guard let grid, let input else { return z }
    var h = input(z).transposed(1, 2).reshaped([-1, grid.depth] + grid.size)
    for (layer, size) in zip(convolutions, [grid.size] + grid.pyramid.sizes.reversed().dropFirst())
    {
      h = layer(activation(h))
      // An odd side lost its last row on the way down.
      let missing = [size[1] - h.size(3), size[0] - h.size(2)]
      if missing != [0, 0] { h = h.padded([0, missing[0], 0, missing[1]], by: .replicate) }
    }
    return h
  }
}

/// The places that convolutions leave of an image.
public struct TokenGrid: Sendable {
  let pyramid: Pyramid

  /// The grid of an image of shape `shape`; nothing where no convolutions read it.
  public init?(_ shape: [Int], _ architecture: Architecture) {
    guard architecture.resolved(for: shape) == .convolution else { return nil }
    pyramid = Pyramid(shape)
  }

  /// Rows and columns.
  public var size: [Int] { pyramid.sizes.last ?? [1, 1] }
  /// Number of places.
  public var count: Int { size.reduce(1, *) }
  var depth: Int { pyramid.channels.last ?? 1 }
}
