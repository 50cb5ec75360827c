import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Why concepts are directions in language models: in a world of binary concepts, a vector for each context and each
/// token is trained by plain gradient descent to tell the next token, and what a concept changes is seen to be the same
/// direction everywhere.
///
/// - Source: Jiang, Rajendran, Ravikumar, Aragam & Veitch, *On the origins of linear representations in large language
///   models*, ICML 2024, arXiv:2403.03867.
/// - Departs: full batches; contexts and tokens are looked up in tables; language models are left out.
public struct LinearRepresentationOrigins: Study {
  public static let card = Card(
    id: "linear-representation-origins", title: "The origins of linear representations",
    source:
      "Jiang, Rajendran, Ravikumar, Aragam & Veitch, On the Origins of Linear Representations in Large Language "
      + "Models, ICML 2024, arXiv:2403.03867",
    system: "S240",
    summary:
      "Binary concepts that follow each other along a random graph say the next token; vectors of contexts and tokens "
      + "that gradient descent finds have one direction for each concept, and nearly right angles between concepts."
  )
  public static let inputs: [StudyInput] = []

  /// Binary concepts, from 2 to 7.
  public var concepts = 5
  /// Probability that a concept depends on one before it.
  public var edges = 0.4
  /// Numbers of a vector.
  public var width = 10
  /// Steps of gradient descent, each over all contexts.
  public var steps = 3000
  /// Step size of the descent.
  public var rate = 4.0
  /// Standard deviation that vectors start with.
  public var deviation = 0.01
  /// Worlds and starts.
  public var repeats = 3

  public init() {}

  /// What vectors are trained on.
  enum Arm: String, CaseIterable {
    case trained = "next token by concepts"
    case lawless = "next token without concepts"
    case untrained = "untrained"
  }

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    var scores: [Arm: [ConceptVectors.Linearity]] = [:], excess: [Double] = []
    var done = 0
    for index in 0..<repeats {
      for arm in Arm.allCases {
        if room.shouldStop() { throw TrainingError.stopped(step: done, steps: 3 * repeats) }
        let found = try linearity(arm, room.seed.child(index), stop: room.shouldStop)
        scores[arm, default: []].append(found.linearity)
        if arm == .trained { excess.append(found.excess) }
        done += 1
        room.progress(done, 3 * repeats)
      }
    }
    return try findings(scores, excess.mean)
  }

  /// How linear the concepts of the world of `seed` are after the training of an arm, and the cross-entropy that is left.
  func linearity(
    _ arm: Arm, _ seed: Seed, stop: () -> Bool = { false }
  ) throws -> (linearity: ConceptVectors.Linearity, excess: Double) {
    let world = ConceptWorld(concepts: concepts, edges: edges, seed: seed.child("world"))
    var law = world.law()
    if arm == .lawless {
      // The same probabilities, but each context gives them to tokens of its own.
      let order = RandomStream(seed.child("lawless")).uniform(law.next.shape)
        .sorted(along: 1).indices
      law.next = law.next.gather(1, order)
    }
    var vectors = ConceptVectors(
      world, width: width, deviation: deviation, seed: seed.child("vectors"))
    if arm != .untrained { try vectors.train(on: law, steps: steps, rate: rate, stop: stop) }
    return (try vectors.linearity(), try vectors.excess(over: law))
  }

  private func findings(
    _ scores: [Arm: [ConceptVectors.Linearity]], _ excess: Double
  ) throws -> Findings {
    func mean(_ arm: Arm, _ part: (ConceptVectors.Linearity) -> [Double]) -> Double {
      (scores[arm] ?? []).map { part($0).mean }.mean
    }
    let within = mean(.trained) { $0.within }
    var findings = Findings(
      String(
        format:
          "What a concept changes has a mean cosine of %.2f with itself elsewhere, and of %.2f in size with "
          + "what another changes.", within, mean(.trained) { $0.across }))
    findings.add("cosine within a concept", within)
    findings.add("cross-entropy that is left", excess, unit: "nats")
    findings.add(
      table: "Directions of concepts",
      ["vectors", "cosine within", "size of cosine across", "cosine of contexts with tokens"],
      Arm.allCases.map { arm in
        [
          .word(arm.rawValue), .number(mean(arm) { $0.within }), .number(mean(arm) { $0.across }),
          .number(mean(arm) { $0.aligned }),
        ]
      })
    return findings
  }

  private func validate() throws {
    try require((2...7).contains(concepts), "--concepts \(concepts): must be from 2 to 7")
    try require((0...1).contains(edges), "--edges \(edges): must be from 0 to 1")
    try require((1...1000).contains(width), "--width \(width): must be from 1 to 1000")
    try require((0...10_000_000).contains(steps), "--steps \(steps): must be at least 0")
    try require(rate > 0 && rate.isFinite, "--rate \(rate): must be above 0")
    try require(
      deviation > 0 && deviation.isFinite, "--deviation \(deviation): must be above 0")
    try require((1...1000).contains(repeats), "--repeats \(repeats): must be from 1 to 1000")
  }
}
