import Foundation

/// How far the making of a map has come.
public struct MapProgress: Sendable {
  /// What is done at the moment.
  public enum Stage: String, Sendable {
    case neighbours, places
  }
  public let stage: Stage
  /// The share of all work that is done, from 0 to 1.
  public let done: Double
  /// Seconds since the work began.
  public let seconds: Double

  /// Seconds that the rest will take; nothing at the very start.
  public var secondsLeft: Double? { done > 0 ? seconds / done * (1 - done) : nil }
}

/// The work ended early because whoever was told of its progress wanted it to.
public struct MapStopped: Error, Equatable {
  public init() {}
}
