import Files
import Foundation

/// Ways from streams of events to answers about them.
enum EventRoute: String, CaseIterable, Codable, Sendable {
  /// The encoder learns to model events.
  case generative
  /// The encoder learns to tell slices of one stream from slices of others.
  case contrastive
  /// The encoder learns to model events while its embeddings are aligned with those of a contrastive one.
  case aligned
  /// The encoder learns from both losses at once.
  case joint
  /// A network that learns each answer from the labelled streams alone.
  case supervised
  /// The encoder as it starts.
  case untrained
  /// No network: counts and means of the events.
  case aggregates

  /// Those that the paper compares, which are ranked.
  static let ranked: [EventRoute] = [.generative, .contrastive, .aligned, .supervised]
}

/// How the generative routes model events.
public enum EventGeneration: String, CaseIterable, Codable, Sendable {
  /// A transformer writes the stream again from its embedding, as the paper has it.
  case decoder
  /// The encoder's state after each event says the next one.
  case nextEvent = "next-event"
}

/// How encoders of event streams are taught, and what their probes are told.
public struct EventLearning: Codable, Equatable, Sendable {
  /// Numbers in the embedding of a stream.
  public var width = 64
  /// Steps of each route; the aligned one spends half of them on the contrastive encoder that it is aligned with.
  public var steps = 800
  /// Streams in a step.
  public var batch = 32
  /// Step size of Adam, which falls to 0 along half a cosine.
  public var learningRate = 3e-3
  /// What models events: decoder (a transformer that writes a stream again from its embedding) or next-event.
  public var generation = EventGeneration.decoder
  /// Slices of each stream that the contrast compares.
  public var slices = 4
  /// Fewest events of a slice.
  public var shortest = 6
  /// Most events of a slice.
  public var longest = 16
  /// Distance, of vectors of length 1, that slices of different streams are pushed to.
  public var margin = 0.5
  /// Weight of the alignment beside the generative loss.
  public var alignment = 1.0
  /// Streams whose answers the probes and the supervised route are told.
  public var labels = 200

  public init() {}

  /// Refuses numbers that make no training.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  func validate() throws {
    try require(
      4...1024 ~= width && width % 4 == 0,
      "--width \(width): must be a multiple of 4 from 4 to 1024")
    try require(2...1_000_000 ~= steps, "--steps \(steps): must lie from 2 to a million")
    try require(4...10_000 ~= batch, "--batch \(batch): must lie from 4 to 10000")
    try require(
      learningRate > 0 && learningRate <= 1,
      "--learning-rate \(learningRate): must be above 0 and at most 1")
    try require(2...20 ~= slices, "--slices \(slices): must lie from 2 to 20")
    try require(1...10_000 ~= shortest, "--shortest \(shortest): must lie from 1 to 10000")
    try require(
      shortest...10_000 ~= longest,
      "--longest \(longest): must lie from --shortest, \(shortest), to 10000")
    try require(margin > 0 && margin <= 2, "--margin \(margin): must be above 0 and at most 2")
    try require(0...1000 ~= alignment, "--alignment \(alignment): must lie from 0 to 1000")
    try require(20...1_000_000 ~= labels, "--labels \(labels): must lie from 20 to a million")
  }

  /// The step size of step `index` of `total`.
  func rate(at index: Int, of total: Int) -> Double {
    learningRate * 0.5 * (1 + cos(.pi * Double(index) / Double(total)))
  }
}
