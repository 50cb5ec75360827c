import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Whether what is found in pairs of opposite answers without labels is what a model knows, or only what stands out
/// most: contrast-consistent search, principal components and two clusters beside a supervised reader, as a model has more
/// and more reason to keep what somebody said.
///
/// - Source: Farquhar, Varma, Kenton, Gasteiger, Mikulik & Shah, *Challenges with unsupervised LLM knowledge discovery*,
///   2023, arXiv:2312.10029.
/// - Departs: small models of a made language; how much a feature stands out is set by how often a text goes on with it.
public struct CCSChallenges: Study {
  public static let card = Card(
    id: "ccs-challenges", title: "Challenges with unsupervised knowledge discovery",
    source:
      "Farquhar, Varma, Kenton, Gasteiger, Mikulik & Shah, Challenges with Unsupervised LLM Knowledge Discovery, 2023, "
      + "arXiv:2312.10029",
    system: "S325",
    summary:
      "Probes that find a direction in pairs of opposite answers without labels are to find what a model knows; they find "
      + "whatever feature stands out most, such as an opinion that was just stated.")
  public static let inputs = [
    StudyInput(
      "yes", "Activations of questions answered with yes [questions, width].", optional: true),
    StudyInput("no", "Of the same questions answered with no.", optional: true),
    StudyInput("truth", "1 where yes is true, else 0 [questions].", optional: true),
    StudyInput(
      "distractor", "Another feature of 0 and 1 that a probe may find instead.", optional: true),
  ]

  /// How often a text of the world without files goes on with whether the answer is what was said, compared.
  public var opinionated = [0, 0.1, 0.3, 0.6]
  /// Texts that its models learn.
  public var texts = 12_000
  /// Passes over them.
  public var epochs = 48
  /// Numbers that stand for a token inside a model.
  public var width = 64
  /// The block whose activations are read, from 0.
  public var block = 2
  /// Statements, half to learn from and half to judge.
  public var statements = 800
  /// Starts of contrast-consistent search.
  public var starts = 10
  /// Steps of each.
  public var steps = 500

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    if !room.inputs.names.isEmpty {
      let given = try GivenPairs(room.inputs)
      let found = try readings(given.train, given.test, room.seed, room.shouldStop)
      room.progress(1, 1)
      return findings([("your pairs", found)], isGiven: true)
    }
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    var rows: [(String, [KnowledgeReading])] = []
    for (index, share) in opinionated.enumerated() {
      let (train, test, known) = try world(share, lab, room.seed)
      let own = KnowledgeReading(name: "the model itself", truth: known, distractor: nil)
      rows.append(("\(share)", try readings(train, test, room.seed, room.shouldStop) + [own]))
      room.progress(index + 1, opinionated.count)
    }
    return findings(rows, isGiven: false)
  }

  /// Pairs of a model whose texts go on with an opinion so often, in two halves; and the share of answers that it knows.
  func world(_ share: Double, _ lab: Lab, _ seed: Seed) throws -> (
    LabelledPairs, LabelledPairs, Double
  ) {
    let world = StatedFacts(opinionated: share, seed)
    let network = try world.model(texts, epochs: epochs, width: width, lab, seed.child("model"))
    let (train, test) = world.statements(statements, seed.child("statements"))
    return (
      LabelledPairs(try world.pairs(network, train, block: block)),
      LabelledPairs(try world.pairs(network, test, block: block)), try world.known(network, test)
    )
  }

  /// What each way to read pairs finds.
  func readings(
    _ train: LabelledPairs, _ test: LabelledPairs, _ seed: Seed,
    _ shouldStop: @Sendable () -> Bool
  ) throws -> [KnowledgeReading] {
    let pairs = try ContrastPairs(yes: train.yes, no: train.no)
    let judged = pairs.scaled(yes: test.yes, no: test.no)
    let readers: [(String, PairReader, Bool)] = [
      (
        "ccs",
        try .consistent(
          pairs, starts: starts, steps: steps, seed.child("ccs"), shouldStop: shouldStop), false
      ),
      ("pca", try .principal(pairs), false),
      ("k-means", try .clustered(pairs, seed.child("clusters")), false),
      ("supervised", try .supervised(pairs, train.truth), true),
    ]
    return try readers.map { name, reader, isSigned in
      let answers = try reader.answers(yes: judged.yes, no: judged.no)
      return KnowledgeReading(
        name: name, truth: PairReader.agreement(answers, test.truth, isSigned: isSigned),
        distractor: test.said.map { PairReader.agreement(answers, $0) })
    }
  }

  private func findings(
    _ rows: [(String, [KnowledgeReading])], isGiven: Bool
  ) -> Findings {
    let last = rows.last?.1 ?? []
    let parts = last.map { reading in
      reading.name + String(format: " agrees with the truth in %.0f%%", 100 * reading.truth)
        + (reading.distractor.map {
          String(format: " and with the distractor in %.0f%%", 100 * $0)
        } ?? "")
    }
    var findings = Findings(parts.joined(separator: "; ") + " of the questions.")
    findings.add(
      table: "Agreement of answers",
      [isGiven ? "pairs" : "opinions follow", "reader", "truth", "distractor"],
      rows.flatMap { name, readings in
        readings.map { reading in
          [
            .word(name), .word(reading.name), .number(reading.truth),
            reading.distractor.map { .number($0) } ?? .word(""),
          ]
        }
      })
    return findings
  }

  private func validate() throws {
    try require(
      !opinionated.isEmpty && opinionated.allSatisfy { (0...0.7).contains($0) },
      "--opinionated: must be shares from 0 to 0.7")
    try require((100...10_000_000).contains(texts), "--texts \(texts): at least 100 are needed")
    try require((1...10_000).contains(epochs), "--epochs \(epochs): must be at least 1")
    try require(width >= 8 && width % 8 == 0, "--width \(width): must be a multiple of 8")
    try require((0...2).contains(block), "--block \(block): must be 0, 1 or 2")
    try require((40...1000).contains(statements), "--statements \(statements): must be 40 to 1000")
    try require((1...1000).contains(starts), "--starts \(starts): must be 1 to 1000")
    try require((1...1_000_000).contains(steps), "--steps \(steps): must be at least 1")
  }
}
