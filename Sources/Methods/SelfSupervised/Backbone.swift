import Datasets
import Files
import Networks
import Torch

/// The network whose features are the space; the same flags for every method of the family.
public struct BackboneSettings: Codable, Equatable, Sendable {
  /// Which network reads the data.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Residual blocks for images, fully connected layers for other data.
    case auto
    case resnet
    case transformer
    case mlp
  }

  /// Network that reads the data: auto, resnet, transformer or mlp.
  public var backbone = Kind.auto
  /// Channels of the first stage of a resnet, which every later stage doubles.
  public var channels = 16
  /// Residual blocks of each stage of a resnet.
  public var blocks = [1, 1, 1]
  /// Widths of the layers of an mlp; the last is that of the features.
  public var hidden = [256, 128]
  /// Pixels along a side of the patches that a transformer reads.
  public var patch = 4
  /// Width of a transformer, which is that of its features.
  public var width = 64
  /// Blocks of a transformer.
  public var depth = 3

  public init() {}

  /// Heads of attention: each sees 16 numbers.
  static func heads(_ width: Int) -> Int { max(1, width / 16) }

  /// What `auto` means for examples of shape `shape`.
  func kind(for shape: [Int]) -> Kind {
    guard backbone == .auto else { return backbone }
    return shape.count == 3 && min(shape[1], shape[2]) >= 4 ? .resnet : .mlp
  }

  func makeNetwork(_ shape: [Int], _ random: RandomStream) -> Backbone {
    switch kind(for: shape) {
    case .auto, .mlp:
      let layers = Encoder(shape, .mlp, hidden: hidden, random)
      return Backbone(
        resnet: nil, transformer: nil, layers: layers, shape: shape, features: layers.features)
    case .resnet:
      let resnet = ResNet(shape, channels: channels, blocks: blocks, random)
      return Backbone(
        resnet: resnet, transformer: nil, layers: nil, shape: shape, features: resnet.features)
    case .transformer:
      let transformer = makeTransformer(shape, random)
      return Backbone(
        resnet: nil, transformer: transformer, layers: nil, shape: shape, features: width)
    }
  }

  func makeTransformer(_ shape: [Int], _ random: RandomStream) -> PatchFeatures {
    PatchFeatures(
      .fitting(shape, side: patch), width: width, blocks: depth, heads: Self.heads(width), random)
  }

  /// Refuses sizes that make no patch transformer, and data that it cannot read.
  ///
  /// - Throws: `UserError`.
  static func validate(patch: Int, width: Int, depth: Int, for domain: Domain) throws {
    var settings = BackboneSettings()
    (settings.patch, settings.width, settings.depth) = (patch, width, depth)
    try settings.validate(for: domain)
  }

  /// Refuses sizes that make no network, and data that it cannot read.
  ///
  /// - Throws: `UserError`.
  func validate(for domain: Domain) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try require(
      backbone != .resnet || (domain.isImage && min(domain.shape[1], domain.shape[2]) >= 4),
      "--backbone resnet needs images of at least 4×4, and the source has shape \(domain.shape); "
        + "--backbone mlp takes any")
    func list(_ values: [Int]) -> String { values.map(\.description).joined(separator: ",") }
    try require(1...4096 ~= channels, "--channels \(channels): must be 1 to 4096")
    try require(
      1...5 ~= blocks.count && blocks.allSatisfy { 1...100 ~= $0 },
      "--blocks \(list(blocks)): one to five stages of 1 to 100 blocks are possible")
    try require(
      !hidden.isEmpty && hidden.allSatisfy { 1...100_000 ~= $0 },
      "--hidden \(list(hidden)): must be widths of at least 1")
    try require(1...1024 ~= patch, "--patch \(patch): must be 1 to 1024 pixels")
    try require(
      1...8192 ~= width && width % Self.heads(width) == 0,
      "--width \(width): must be below 16, or a multiple of 16 up to 8192")
    try require(1...100 ~= depth, "--depth \(depth): must be 1 to 100 blocks")
  }
}

/// Features of examples, `[n]` + shape to `[n, features]`.
public struct Backbone: Module {
  public let resnet: ResNet?
  public let transformer: PatchFeatures?
  public let layers: Encoder?
  let shape: [Int]
  /// Width of the features.
  public let features: Int

  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard Array(x.shape.dropFirst()) == shape else {
      let reason = "examples of shape \(shape) are read"
      return Tensor(error: x.error ?? TensorError("backbone", shapes: [x.shape], reason: reason))
    }
    return resnet?(x) ?? transformer?.pooled(x) ?? layers?(x) ?? x
  }
}
