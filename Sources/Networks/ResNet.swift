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

/// Two convolutions beside a shortcut.
///
/// - Source: He et al., *Deep residual learning for image recognition*, CVPR 2016, figure 5 left.
public struct ResidualBlock: Module {
  public let first: NormedConvolution
  public let second: NormedConvolution
  /// Where the shape changes; else what comes in is added as it is.
  public let shortcut: NormedConvolution?

  public init(_ inputs: Int, _ outputs: Int, stride: Int, _ random: RandomStream) {
    first = NormedConvolution(inputs, outputs, size: 3, stride: stride, random)
    second = NormedConvolution(outputs, outputs, size: 3, random)
    shortcut =
      stride == 1 && inputs == outputs
      ? nil : NormedConvolution(inputs, outputs, size: 1, stride: stride, random)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    (second(first(x).relu()) + (shortcut?(x) ?? x)).relu()
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

  /// A network for images of shape `shape`.
  ///
  /// - Parameters:
  ///   - channels: Of the first stage.
  ///   - blocks: Of each stage.
  public init(_ shape: [Int], channels: Int, blocks: [Int], _ random: RandomStream) {
    // A large image is halved at once: the early layers cost most and tell least.
    let halves = min(shape[1], shape[2]) >= 24
    stem = NormedConvolution(shape[0], channels, size: 3, stride: halves ? 2 : 1, random)
    var width = channels
    var stages: [[ResidualBlock]] = []
    for (stage, count) in blocks.enumerated() {
      let inputs = width
      width = channels << stage
      stages.append(
        (0..<count).map { block in
          ResidualBlock(
            block == 0 ? inputs : width, width, stride: block == 0 && stage > 0 ? 2 : 1, random)
        })
    }
    self.stages = stages
    features = width
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let h = stages.joined().reduce(stem(x).relu()) { $1($0) }  // [n, features, h, w]
    return h.mean(over: 2, 3)
  }
}

extension ResNet {
  /// The state by the names that torchvision and timm give it, without the classifier `fc`.
  public var publishedNames: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: state.map { (Self.published($0.key), $0.value) })
  }

  /// `stages.0.1.first.norm.runningMean` as `layer1.1.bn1.running_mean`.
  static func published(_ name: String) -> String {
    var steps = name.split(separator: ".").map(String.init)
    let last = ["runningMean": "running_mean", "runningVariance": "running_var"]
    let leaf = steps.popLast().map { last[$0] ?? $0 } ?? ""
    let isNorm = steps.popLast() == "norm"
    let kind = isNorm ? "bn" : "conv"
    guard steps.first == "stages", steps.count == 4, let stage = Int(steps[1]) else {
      return "\(kind)1.\(leaf)"
    }
    let block = "layer\(stage + 1).\(steps[2])"
    switch steps[3] {
    case "first": return "\(block).\(kind)1.\(leaf)"
    case "second": return "\(block).\(kind)2.\(leaf)"
    default: return "\(block).downsample.\(isNorm ? 1 : 0).\(leaf)"
    }
  }

  /// Takes published weights, by the names of torchvision and timm; counts of batches and a classifier are left out.
  ///
  /// - Throws: `UserError` naming the first tensor that is missing, unknown or of another shape.
  public func load(published tensors: [String: Tensor]) throws {
    let named = Dictionary(
      uniqueKeysWithValues: state.keys.map { (Self.published($0), $0) })
    let kept = tensors.filter {
      !$0.key.hasSuffix("num_batches_tracked") && !$0.key.hasPrefix("fc.")
    }
    try load(Dictionary(uniqueKeysWithValues: kept.map { (named[$0.key] ?? $0.key, $0.value) }))
  }
}
