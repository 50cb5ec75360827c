import Files
import Foundation
import Torch

/// How parameters follow gradients.
public enum OptimiserKind: String, Codable, CaseIterable, Sendable {
  /// Kingma & Ba, *Adam*, ICLR 2015.
  case adam
  /// Loshchilov & Hutter, *Decoupled weight decay regularization*, ICLR 2019.
  case adamw
  /// Stochastic gradient descent with momentum.
  case sgd
}

/// How the learning rate moves over a training.
public enum RateSchedule: String, Codable, CaseIterable, Sendable {
  case constant
  /// Down to 0 along half a cosine: Loshchilov & Hutter, *SGDR*, ICLR 2017.
  case cosine
  /// Down to 0 in a straight line.
  case linear
}

/// The budget and the optimiser of a training; the same flags for every method that learns by gradients.
public struct Training: Codable, Equatable, Sendable {
  /// Passes over the training examples.
  public var epochs = 10
  /// Examples in a step.
  public var batch = 128
  /// Step size of the optimiser.
  public var learningRate = 1e-3
  /// How parameters follow gradients: adam, adamw or sgd.
  public var optimiser = OptimiserKind.adam
  /// Momentum of sgd.
  public var momentum = 0.9
  /// Pull of every parameter towards 0.
  public var weightDecay = 0.0
  /// How the step size moves over the training: constant, cosine or linear.
  public var schedule = RateSchedule.constant
  /// Steps over which the step size rises from 0.
  public var warmup = 0
  /// Largest joint norm of a step's gradients; 0 sets no limit.
  public var clip = 0.0
  /// Share of the past in a moving average of the weights, which is then kept; 0 keeps the weights themselves.
  public var average = 0.0
  /// Epochs without a better validation loss before the training stops and the best weights are kept; 0 never stops early.
  public var patience = 0

  public init() {}

  /// Refuses numbers that make no training.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  public func validate() throws {
    try require(epochs >= 1, "--epochs \(epochs): at least 1 pass over the data is needed")
    try require(batch >= 1, "--batch \(batch): a step needs at least 1 example")
    try require(
      learningRate > 0 && learningRate.isFinite,
      "--learning-rate \(learningRate): the step size must be above 0")
    try require(0..<1 ~= momentum, "--momentum \(momentum): must be at least 0 and below 1")
    try require(weightDecay >= 0, "--weight-decay \(weightDecay): must be at least 0")
    try require(warmup >= 0, "--warmup \(warmup): must be at least 0 steps")
    try require(clip >= 0, "--clip \(clip): must be at least 0")
    try require(0..<1 ~= average, "--average \(average): must be at least 0 and below 1")
    try require(patience >= 0, "--patience \(patience): must be at least 0 epochs")
  }

  /// The step size of step `index` of `total`.
  public func rate(at index: Int, of total: Int) -> Double {
    let rise = warmup > 0 ? min(1, Double(index + 1) / Double(warmup)) : 1
    let span = max(total - warmup, 1)
    let progress = min(1, Double(max(index - warmup, 0)) / Double(span))
    let fall =
      switch schedule {
      case .constant: 1.0
      case .linear: 1 - progress
      case .cosine: 0.5 * (1 + cos(.pi * progress))
      }
    return learningRate * rise * fall
  }
}
