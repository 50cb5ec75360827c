import Datasets
import Evaluation
import Files
import Learning
import Torch

/// The comparison of ``HybridEventSSL`` in a world of clients whose classes and intents are known.
///
/// - Source: Moskvoretskii et al., *Self-Supervised Learning in Event Sequences: A Comparative Study and Hybrid
///   Approach of Generative Modeling and Contrastive Learning*, 2024, arXiv:2401.15935; the world is ours.
/// - Departs: as ``HybridEventSSL``.
public struct EventStreamsLab: Study {
  public static let card = Card(
    id: "event-streams", title: "Self-supervision of made event streams",
    source:
      "Moskvoretskii et al., Self-Supervised Learning in Event Sequences: A Comparative Study and Hybrid Approach of "
      + "Generative Modeling and Contrastive Learning, 2024, arXiv:2401.15935",
    summary:
      "Clients with a class that lasts and an intent that changes send events; what generative, contrastive, "
      + "aligned and supervised encoders tell of both, and of the next event, from few labels.")
  public static let inputs: [StudyInput] = []

  /// Streams to learn from.
  public var streams = 2000
  /// Streams of other clients, which judge.
  public var tested = 1000
  /// Events of a stream that are seen.
  public var events = 32
  /// Types of events.
  public var kinds = 12
  /// Classes of clients.
  public var classes = 4
  /// Intents that a client can have.
  public var intents = 4
  /// Deviation of the classes' preferences for types, where those of intents have 1.
  public var separation = 0.5
  /// Probability that the intent changes before an event.
  public var change = 0.08
  public var learning = EventLearning()
  /// Worlds and starts.
  public var repeats = 1

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    var scores: [EventScores] = []
    var done = 0
    for index in 0..<repeats {
      let comparison = try comparison(room.seed.child(index), shouldStop: room.shouldStop)
      scores.append(
        try comparison.scores { _ in
          done += 1
          room.progress(done, repeats * EventRoute.allCases.count)
        })
    }
    return EventFindings(scores: scores).findings
  }

  /// A world and its streams, all by `seed`.
  ///
  /// - Throws: `TensorError`.
  func comparison(_ seed: Seed, shouldStop: @escaping () -> Bool) throws -> EventComparison {
    let random = RandomStream(seed.child("world"))
    let world = EventWorld(
      kinds: kinds, classes: classes, intents: intents, separation: separation, change: change,
      random.child("parts"))
    let train = try world.streams(streams, events: events, random.child("train"))
    let test = try world.streams(tested, events: events, random.child("test"))
    return EventComparison(
      train: train.standardised(by: train), test: test.standardised(by: train),
      learning: learning, seed: seed, shouldStop: shouldStop)
  }

  private func validate() throws {
    try require(50...1_000_000 ~= streams, "--streams \(streams): must lie from 50 to a million")
    try require(50...1_000_000 ~= tested, "--tested \(tested): must lie from 50 to a million")
    try require(2...10_000 ~= events, "--events \(events): must lie from 2 to 10000")
    try require(2...1000 ~= kinds, "--kinds \(kinds): must lie from 2 to 1000")
    try require(2...100 ~= classes, "--classes \(classes): must lie from 2 to 100")
    try require(2...100 ~= intents, "--intents \(intents): must lie from 2 to 100")
    try require(0...100 ~= separation, "--separation \(separation): must lie from 0 to 100")
    try require(0...1 ~= change, "--change \(change): must lie from 0 to 1")
    try require(1...100 ~= repeats, "--repeats \(repeats): must lie from 1 to 100")
    try learning.validate()
  }
}
