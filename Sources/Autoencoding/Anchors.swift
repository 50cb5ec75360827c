import Datasets
import Files
import Learning
import Networks
import Torch

/// Examples that codes are told by: the same for every space that is to understand another.
public struct Anchors: Module {
  /// The examples, `[m]` + shape; noise until there was a training.
  let examples: Buffer

  /// Room for `count` anchors of `domain`.
  public init(_ count: Int, _ domain: Domain, _ random: RandomStream) {
    examples = Buffer(random.child("anchors").uniform([count] + domain.shape))
  }

  /// The examples, `[m]` + shape.
  public var tensor: Tensor { examples.tensor }
  /// Number of anchors, m.
  public var count: Int { examples.tensor.size(0) }

  /// Takes examples of the training set, drawn by `seed` alone, so that every fit on the same data that names the same
  /// seed of anchors has the same; where there are fewer examples than anchors, some are taken again.
  ///
  /// - Throws: what reading throws.
  public func choose(from training: Examples, _ seed: Seed) throws {
    try require(training.count > 0, "there are no training examples to choose anchors from")
    var random = SplitMix(seed)
    let order = Array(0..<training.count).shuffled(using: &random)
    let picked = (0..<count).map { order[$0 % order.count] }
    try examples.tensor.assign(try training.batch(picked).x.to(examples.tensor.device))
  }
}

/// Has a decoder that reads codes by their likenesses to anchors, so that another network's codes, told by the same
/// anchors, can be decoded too.
public protocol RelativeDecoding: Encoding, Decoding {
  /// The anchors, `[m]` + shape.
  var anchorExamples: Tensor { get }
  /// Coordinates of codes by the anchors as this network encodes them, `[n, k]` to `[n, c]`.
  func relative(_ z: Tensor) -> Tensor
  /// Expected examples, `[n, c]` to `[n]` + shape.
  func decode(relative coordinates: Tensor) -> Tensor
}

extension RelativeDecoding {
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { decode(relative: relative(z)) }
}
