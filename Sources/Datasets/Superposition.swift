import Torch

/// A world of more features than inputs: each example is a sum of few known directions, in groups that are active
/// together, some often and most seldom.
///
/// - Source: after Elhage et al., *Toy models of superposition*, 2022, arXiv:2209.10652, and Sharkey, Braun & Millidge,
///   *Taking features out of superposition with sparse autoencoders*, 2022.
public struct Superposition: Sendable {
  /// The name to open it by.
  public static let name = "superposition"

  /// Inputs of an example, d.
  public let inputs: Int
  /// Features that come together, and what each group has of them.
  public let groups: Int
  /// Features of a group.
  public let groupSize: Int
  /// Standard deviation of what no feature explains.
  public var noise = 0.02
  private let seed: Seed

  /// The world of this seed, with `groups` · `groupSize` features in `inputs` dimensions.
  public init(inputs: Int = 64, groups: Int = 64, groupSize: Int = 4, seed: Seed) {
    (self.inputs, self.groups, self.groupSize, self.seed) = (inputs, groups, groupSize, seed)
  }

  /// Number of features, m.
  public var features: Int { groups * groupSize }

  /// The directions of the features, of length 1, `[m, d]`.
  public var directions: Tensor {
    let drawn = RandomStream(seed.child("directions")).normal([features, inputs])
    return drawn / drawn.norm(over: 1, keep: true)
  }

  /// How strong each feature is in `count` examples, most of them 0, `[n, m]`; `part` names independent draws.
  public func strengths(_ count: Int, part: String) -> Tensor {
    let random = RandomStream(seed.child("strengths").child(part))
    // Group g is active in a fifth of the examples over 1 + g / 8, and half of its features are then.
    let often = Tensor((0..<groups).map { Float(0.2 / (1 + Double($0) / 8)) }).unsqueezed(0)
    let isActive = (random.child("groups").uniform([count, groups]) .< often).to(.float32)
    let members = (random.child("members").uniform([count, features]) .< 0.5).to(.float32)
    let size = random.child("size").uniform([count, features]) + 0.5
    return isActive.repeatingEach(groupSize, along: 1) * members * size
  }

  /// `count` examples, `[n, d]`; `part` names independent draws.
  public func examples(_ count: Int, part: String) -> Tensor {
    let random = RandomStream(seed.child("noise").child(part))
    return strengths(count, part: part).matmul(directions) + random.normal([count, inputs]) * noise
  }

  /// `count` examples of the world that a name opens.
  func reading(count: Int) throws -> Reading {
    let values = try examples(count, part: "all").values(as: Float.self)
    return Reading(ArrayStore(values, count: count, shape: [inputs]), support: .real)
  }
}
