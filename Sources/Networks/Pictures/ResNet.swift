import Torch

/// A convolution without a bias and batch norm after it, `[n, in, h, w]` to `[n, out, h / stride, w / stride]`.
public struct NormedConvolution: Module {
  public let convolution: Convolution
  public let norm: BatchNorm

  public init(_ inputs: Int, _ outputs: Int, size: Int, stride: Int = 1, _ random: RandomStream) {
    convolution = Convolution(
      inputs, outputs, size: size, window: .init(stride: stride, padding: size / 2), bias: false,
      random, initialiser: .kaimingNormal)
    norm = BatchNorm(outputs, device: random.device)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { norm(convolution(x)) }
}

/// Two convolutions beside a shortcut, or three of which the outer ones change the number of channels alone.
///
/// - Source: He et al., *Deep residual learning for image recognition*, CVPR 2016, figure 5.
public struct ResidualBlock: Module {
  public let first: NormedConvolution
  public let second: NormedConvolution
  /// The last of three.
  public let third: NormedConvolution?
  /// Where the shape changes; else what comes in is added as it is.
  public let shortcut: NormedConvolution?

  /// - Parameter bottleneck: Whether there are three, the middle one with a quarter of the channels.
  public init(
    _ inputs: Int, _ outputs: Int, stride: Int, bottleneck: Bool = false, _ random: RandomStream
  ) {
    if bottleneck {
      first = NormedConvolution(inputs, outputs / 4, size: 1, random)
      second = NormedConvolution(outputs / 4, outputs / 4, size: 3, stride: stride, random)
      third = NormedConvolution(outputs / 4, outputs, size: 1, random)
    } else {
      first = NormedConvolution(inputs, outputs, size: 3, stride: stride, random)
      second = NormedConvolution(outputs, outputs, size: 3, random)
      third = nil
    }
    shortcut =
      stride == 1 && inputs == outputs
      ? nil : NormedConvolution(inputs, outputs, size: 1, stride: stride, random)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let h = second(first(x).relu())
    return ((third?(h.relu()) ?? h) + (shortcut?(x) ?? x)).relu()
  }
}

/// Features of images by residual blocks, `[n, c, h, w]` to `[n, features]`: a first convolution, stages that halve the
/// image and double the channels from the second on, and the mean over what is left.
///
/// - Source: He et al., *Deep residual learning for image recognition*, CVPR 2016.
public struct ResNet: Module {
  public let stem: NormedConvolution
  public let stages: [[ResidualBlock]]
  /// Width of the features.
  public let features: Int
  /// Whether the image is halved by maxima after the first convolution.
  private let isPooled: Bool

  /// A network for images of shape `shape`.
  ///
  /// - Parameters:
  ///   - channels: Of the first stage.
  ///   - blocks: Of each stage.
  public init(_ shape: [Int], channels: Int, blocks: [Int], _ random: RandomStream) {
    // A large image is halved at once: the early layers cost most and tell least.
    let halves = min(shape[1], shape[2]) >= 24
    let form = ResNetForm(inputs: shape[0], stem: channels, channels: channels, blocks: blocks)
    self.init(form, size: 3, stride: halves ? 2 : 1, isPooled: false, random)
  }

  /// The network of the paper, for large images.
  public init(_ form: ResNetForm, _ random: RandomStream) {
    self.init(form, size: 7, stride: 2, isPooled: true, random)
  }

  private init(
    _ form: ResNetForm, size: Int, stride: Int, isPooled: Bool, _ random: RandomStream
  ) {
    stem = NormedConvolution(form.inputs, form.stem, size: size, stride: stride, random)
    stages = Self.stages(form, random)
    features = form.blocks.isEmpty ? form.stem : form.outputs(form.blocks.count - 1)
    self.isPooled = isPooled
  }

  private static func stages(_ form: ResNetForm, _ random: RandomStream) -> [[ResidualBlock]] {
    var width = form.stem
    return form.blocks.enumerated().map { stage, count in
      (0..<count).map { block in
        let inputs = width
        width = form.outputs(stage)
        return ResidualBlock(
          inputs, width, stride: block == 0 && stage > 0 ? 2 : 1, bottleneck: form.isBottleneck,
          random)
      }
    }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    maps(x, after: stages.count).mean(over: 2, 3)
  }

  /// What the first `count` stages put out, `[n, c, h, w]` to `[n, channels, h', w']`.
  public func maps(_ x: Tensor, after count: Int) -> Tensor {
    let start = stem(x).relu()
    return stages.prefix(count).joined().reduce(
      isPooled ? start.maxPooled(3, stride: 2, padding: 1) : start
    ) { $1($0) }
  }
}

/// Channels and blocks of a residual network.
public struct ResNetForm: Equatable, Sendable {
  /// Channels of an image.
  public var inputs = 3
  /// Channels of the first convolution.
  public var stem = 64
  /// Channels of the first stage, of which a bottleneck puts out four times as many.
  public var channels = 64
  /// Residual blocks of each stage.
  public var blocks = [2, 2, 2, 2]
  /// Whether blocks have three convolutions.
  public var isBottleneck = false

  /// Channels that a stage puts out.
  func outputs(_ stage: Int) -> Int { (channels << stage) * (isBottleneck ? 4 : 1) }
}
