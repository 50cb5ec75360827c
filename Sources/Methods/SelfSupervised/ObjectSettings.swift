import Files

/// How objects are found in images, remembered, and learned from.
public struct ObjectSettings: Codable, Equatable, Sendable {
  /// Slots that the patches of an image's two views are shared out among; no more than an image has patches are used.
  public var slots = 12
  /// Weight of the distance in the image where patches are shared out, against the likeness of their vectors.
  public var placeWeight = 1.0
  /// Weight of predicting an object from how the other view of its image shows it; 0 leaves it out.
  public var within = 1.0
  /// Weight of predicting the nearest object of earlier images; 0 leaves it out.
  public var across = 1.0
  /// Whether a nearest object counts only where the way back ends at the object that it was found for.
  public var cycle = true
  /// Objects of earlier images that are remembered; with more than a pass brings, images meet themselves.
  public var memory = 4096
  /// Passes before objects of earlier images are predicted.
  public var wait = 1

  public init() {}

  /// Refuses numbers that make no objects.
  ///
  /// - Throws: `UserError`.
  func validate() throws {
    try require(2...4096 ~= slots, "--slots \(slots): must be 2 to 4096")
    for (flag, weight) in [
      ("place-weight", placeWeight), ("within", within), ("across", across),
    ] {
      try require(
        weight >= 0 && weight.isFinite, "--\(flag) \(weight): a weight must be at least 0")
    }
    try require(1...10_000_000 ~= memory, "--memory \(memory): must be 1 to 10000000")
    try require(wait >= 0, "--wait \(wait): must be at least 0 passes")
  }
}
