import Files
import Learning

/// How a student learns the shares of prototypes that a slow average of itself gives.
public struct DistillationSettings: Codable, Equatable, Sendable {
  /// Width of the hidden layers of the heads.
  public var projection = 256
  /// Width of the heads' last layers before the prototypes.
  public var bottleneck = 64
  /// Number of prototypes of each head.
  public var prototypes = 512
  /// Temperature of the student's shares.
  public var studentTemperature = 0.1
  /// Temperature of the teacher's shares.
  public var teacherTemperature = 0.04
  /// How much of the teacher survives a step at the start of training; rises to 1.
  public var targetDecay = 0.99
  /// How much of the centres of the teacher's logits survives a step.
  public var centreDecay = 0.9

  public init() {}

  /// Refuses numbers that make no distillation.
  ///
  /// - Throws: `UserError`.
  func validate() throws {
    for (flag, width) in [
      ("projection", projection), ("bottleneck", bottleneck), ("prototypes", prototypes),
    ] { try require(1...1_000_000 ~= width, "--\(flag) \(width): must be 1 to 1000000") }
    for (flag, value) in [
      ("student-temperature", studentTemperature), ("teacher-temperature", teacherTemperature),
    ] { try require(value > 0 && value.isFinite, "--\(flag) \(value): must be above 0") }
    for (flag, share) in [("target-decay", targetDecay), ("centre-decay", centreDecay)] {
      try require(0..<1 ~= share, "--\(flag) \(share): must be at least 0 and below 1")
    }
  }
}
