import Torch

/// A world of known directions in which some features imply others: a child comes with its parent as often as is asked
/// for, and all features come as often in any case.
///
/// An example has one parent at most, one child at most, and some features that belong to neither.
///
/// - Source: after the toy hierarchy of Chanin et al., *A is for absorption*, 2024, arXiv:2409.14507, appendix.
public struct ConceptHierarchy: Sendable {
  /// Numbers of an activation, d.
  public var inputs = 128
  /// Features that others may imply.
  public var parents = 8
  /// Features of each parent that imply it.
  public var children = 24
  /// Other features.
  public var others = 40
  /// Probability that a child comes with its own parent and not with one that is drawn anew, which may be none.
  public var together = 1.0
  /// Probability that there is a parent.
  public var often = 0.8
  /// Probability that no child follows.
  public var alone = 0.4
  /// Probability of each other feature.
  public var otherwise = 0.08
  /// Standard deviation of a feature's strength about 1.
  public var spread = 0.1
  /// Standard deviation of what no feature explains.
  public var noise = 0.02
  private let seed: Seed

  /// The world of this seed.
  public init(seed: Seed) { self.seed = seed }

  /// Number of features: parents, then the children of each, then the others.
  public var features: Int { parents * (1 + children) + others }

  /// The directions of all features, of length 1, `[f, d]`.
  public var directions: Tensor {
    let drawn = RandomStream(seed.child("directions")).normal([features, inputs])
    return drawn / drawn.norm(over: 1, keep: true)
  }

  /// Which features `count` examples have, 0 or 1, `[n, f]`; `part` names independent draws.
  public func presences(_ count: Int, part: String) -> Tensor {
    let random = RandomStream(seed.child("presences").child(part))
    // One parent or none, `[n, p]`.
    func drawn(_ name: String) -> Tensor {
      let stream = random.child(name)
      let which = stream.child("which").integers(0..<parents, [count]).oneHot(parents)
      let some = (stream.child("some").uniform([count, 1]) .< often).to(.float32)
      return which.to(.float32) * some
    }
    let parent = drawn("parent"), other = drawn("other parent")
    let isOwn = (random.child("together").uniform([count, 1]) .< together).to(.float32)
    let gate = parent * isOwn + other * (1 - isOwn)
    let which = random.child("child").integers(0..<children, [count]).oneHot(children)
    let follows = (random.child("follows").uniform([count, 1]) .>= alone).to(.float32)
    let child = (gate * follows).unsqueezed(2) * which.to(.float32).unsqueezed(1)  // [n, p, c]
    let rest = (random.child("others").uniform([count, others]) .< otherwise).to(.float32)
    return Tensor.concatenate([parent, child.flattened(from: 1), rest], along: 1)
  }

  /// `count` examples, `[n, d]`, with the parent that each has; `part` names independent draws.
  ///
  /// - Throws: `TensorError`.
  public func examples(_ count: Int, part: String) throws -> LabelledConcepts {
    let random = RandomStream(seed.child("strengths").child(part))
    let present = presences(count, part: part)
    let strength = random.child("strength").normal(present.shape) * spread + 1
    let x =
      (present * strength).matmul(directions) + random.child("noise").normal([count, inputs])
      * noise
    let own: [Float] = try present.sliced(1, 0, parents).transposed().contiguous().values()
    return try LabelledConcepts(
      x, (0..<parents).map { parent in own[parent * count..<(parent + 1) * count].map { $0 > 0 } })
  }
}
