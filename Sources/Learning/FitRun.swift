import Datasets
import Files
import Foundation
import Torch

/// One fit: its data, seed, device, and where it saves.
public struct FitRun {
  public let source: Source
  public let seed: Seed
  public var device = Device.cpu
  /// Whether products run in bfloat16 where that is safe.
  public var lowPrecision = false
  /// The folder for checkpoints and metrics; nil keeps all in memory.
  public var folder: String?
  /// Whether to go on from the checkpoint in `folder`.
  public var resumes = false
  /// Seconds between checkpoints inside an epoch.
  public var checkpointSeconds = 30.0
  /// Where the training ends, if before its epochs do.
  public var budget = Budget()
  /// Told how far the training is, at most ten times a second.
  public var progress: (Progress) -> Void = { _ in }
  /// Told all epochs so far once each of them is saved, and at the start of a run that goes on.
  public var recorded: ([EpochMetrics]) -> Void = { _ in }
  /// Asked after every step whether to save and stop.
  public var shouldStop: () -> Bool = { false }
  /// The processes that train together; nil where one trains alone.
  ///
  /// All of them read what is in `folder`, and rank 0 alone writes there.
  public var group: ProcessGroup?

  /// Whether this process writes what the training leaves.
  public var writes: Bool { group.map { $0.rank == 0 } ?? true }

  public init(_ source: Source, seed: Seed) {
    self.source = source
    self.seed = seed
  }

  /// The run of a training that this one begins with, such as a teacher's: it saves in a folder of its own inside this
  /// one's, and its budget is its epochs.
  public func part(_ name: String) -> FitRun {
    var part = FitRun(source, seed: seed.child(name))
    part.device = device
    part.lowPrecision = lowPrecision
    part.folder = folder.map { "\($0)/\(name)" }
    part.resumes = resumes
    part.checkpointSeconds = checkpointSeconds
    part.progress = progress
    part.shouldStop = shouldStop
    part.group = group
    return part
  }

  /// An end of a training that is not counted in epochs.
  public struct Budget: Codable, Equatable, Sendable {
    /// Most optimiser steps.
    public var steps: Int?
    /// Most seconds, over all sittings; such a run has other bits each time.
    public var seconds: Double?

    public init(steps: Int? = nil, seconds: Double? = nil) {
      self.steps = steps
      self.seconds = seconds
    }
  }

  /// How far a training is.
  public struct Progress: Sendable {
    public var epoch: Int
    public var epochs: Int
    public var step: Int
    public var steps: Int
    /// Examples in a step.
    public var batch: Int
    /// Examples a second since the run began or went on.
    public var rate: Double
    public var secondsLeft: Double
    /// Means of the loss's terms over the epoch so far, and the total.
    public var terms: [(name: String, value: Double)]
  }
}

/// What a fit leaves beside the network's state.
public struct FitResult: Sendable {
  /// One entry for each epoch; empty for methods that do not iterate.
  public var history: [EpochMetrics]
  public var steps: Int
  /// Seconds spent, over all sittings.
  public var seconds: Double

  public init(history: [EpochMetrics] = [], steps: Int = 0, seconds: Double = 0) {
    self.history = history
    self.steps = steps
    self.seconds = seconds
  }
}

/// Means over one epoch.
public struct EpochMetrics: Codable, Equatable, Sendable {
  public var epoch: Int
  public var step: Int
  /// Terms of the loss and `loss`, over the training examples as the weights moved.
  public var train: [String: Double]
  /// The same over the validation examples after the epoch; empty without them.
  public var validation: [String: Double]
  /// Examples a second.
  public var rate: Double
  public var seconds: Double
}

/// A training that could not go on.
public enum TrainingError: Error, CustomStringConvertible, Equatable {
  /// The loss of a step was not a finite number; `saved` says from which step weights are kept.
  case notFinite(term: String, step: Int, saved: Int?)
  /// Asked to stop; all is saved and can go on.
  case stopped(step: Int, steps: Int)
  /// Several processes cannot train the method as one would, for this reason.
  case indivisible(String)

  public var description: String {
    switch self {
    case .notFinite(let term, let step, let saved):
      let kept = saved.map { "the weights of step \($0) are kept" } ?? "no weights were saved yet"
      return "training stopped: the loss term \(term) is not a finite number at step \(step); "
        + "\(kept); a smaller --learning-rate, --clip 1 or a look at the data may help"
    case .stopped(let step, let steps):
      return "stopped after step \(step) of \(steps)"
    case .indivisible(let reason): return reason
    }
  }
}
