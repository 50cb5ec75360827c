import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Why a language model learns from the examples of its prompt: pre-trained on documents that are each of one of many
/// hidden Markov models, it infers of which one the examples are, as Bayes' rule has it.
///
/// - Source: Xie, Raghunathan, Liang & Ma, *An explanation of in-context learning as implicit Bayesian inference*, ICLR
///   2022, arXiv:2111.02080.
/// - Departs: a smaller world and smaller networks, and short documents; steps may leap anywhere, so that the exact
///   posterior of every prompt exists; concepts outside the mixture and larger models are left out.
public struct ICLImplicitBayes: Study {
  public static let card = Card(
    id: "icl-implicit-bayes", title: "In-context learning as implicit Bayesian inference",
    source:
      "Xie, Raghunathan, Liang & Ma, An Explanation of In-context Learning as Implicit Bayesian Inference, ICLR 2022, "
      + "arXiv:2111.02080",
    system: "S278",
    summary:
      "Small transformers and LSTMs learn documents of a mixture of hidden Markov models and are asked to go on with "
      + "examples of one of them; their answers are held against the exact posterior.")
  public static let inputs: [StudyInput] = []

  /// Hidden Markov models that documents are of.
  public var concepts = 10
  /// Properties of an entity, the delimiter among them.
  public var properties = 5
  /// Number of entities.
  public var entities = 3
  /// Different tokens, the delimiter among them.
  public var tokens = 20
  /// Probability that the entity stays the same, besides what its law says.
  public var stay = 0.9
  /// How even the laws of concepts are; near 0 each property has one successor.
  public var temperature = 0.2
  /// Probability that a step goes anywhere.
  public var leap = 0.1
  /// Documents to learn from.
  public var texts = 48_000
  /// Tokens of a document; prompts are shorter.
  public var length = 64
  /// Tokens of an example in a prompt.
  public var lengths = [3, 5, 8, 10]
  /// Examples before the one that is asked for; those that do not fit are left out.
  public var shots = [0, 1, 2, 4, 8, 12]
  /// Prompts of each length and number of examples.
  public var prompts = 400
  /// Blocks of the transformer.
  public var blocks = 2
  /// Numbers that stand for a token inside the transformer.
  public var width = 64
  /// Units of the LSTM.
  public var units = 128
  /// Step size.
  public var rate = 0.004

  public init() {}

  /// What reads prompts, and what it learned from.
  enum Arm: String, CaseIterable {
    case transformer
    case lstm = "LSTM"
    case oneConcept = "one concept"
    case random = "random transitions"

    var kind: NextToken.Kind { self == .lstm ? .lstm : .transformer }
    var law: GINC.Law {
      switch self {
      case .transformer, .lstm: .mixture
      case .oneConcept: .oneConcept
      case .random: .random
      }
    }
  }

  var form: GINC.Form {
    GINC.Form(
      concepts: concepts, properties: properties, entities: entities, tokens: tokens, stay: stay,
      temperature: temperature, leap: leap)
  }

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    let world = world(room.seed)
    let asked = asked(world, room.seed)
    var all = [("exact posterior", try scores(asked) { $0.exact })]
    all.append(("concepts weighted evenly", try scores(asked) { $0.even }))
    var spreads: [(String, ExampleOrders.Spread)] = []
    for (done, arm) in Arm.allCases.enumerated() {
      room.progress(done, Arm.allCases.count)
      let network = try trained(arm, world, lab, room.seed)
      all.append((arm.rawValue, try scores(asked) { try network.predictions($0.rows) }))
      guard arm.law == .mixture else { continue }
      spreads.append((arm.rawValue, try orders(world, room.seed) { try network.predictions($0) }))
    }
    room.progress(Arm.allCases.count, Arm.allCases.count)
    let (exact, reader) = (all[0].1, all[2].1)
    var findings = Findings(
      String(
        format:
          "Examples raise the transformer's accuracy from %.2f to %.2f, and that of the exact posterior from %.2f to %.2f.",
        reader.before, reader.after, exact.before, exact.after))
    var rows: [[Findings.Cell]] = []
    for (name, scores) in all {
      findings.add("accuracy gained by examples: \(name)", scores.after - scores.before)
      rows += scores.entries.map { entry in
        [
          .word(name), .number(Double(entry.length)), .number(Double(entry.shots)),
          .number(entry.accuracy), .number(entry.divergence),
        ]
      }
    }
    for (name, spread) in spreads {
      findings.add(
        "deviation by the order of examples: \(name)", max(spread.orders, 0).squareRoot(),
        unit: "points")
    }
    findings.add(
      table: "Answers to prompts",
      ["reader", "length", "examples", "accuracy", "nats from the exact posterior"], rows)
    return findings
  }

  private func validate() throws {
    try form.validate()
    try require((640...100_000_000).contains(texts), "--texts \(texts): at least 640 are needed")
    try require((8...4096).contains(length), "--length \(length): must be from 8 to 4096 tokens")
    try require(
      Set(shots).count == shots.count && shots.allSatisfy { (0...4096).contains($0) },
      "--shots: each must stand once and be from 0 to 4096")
    try require(
      !lengths.isEmpty && Set(lengths).count == lengths.count
        && lengths.allSatisfy { (2...length).contains($0) && fitting($0).count > 1 },
      "--lengths: each must be at least 2, stand once, and leave room in --length \(length) for two of --shots"
    )
    try require((10...1_000_000).contains(prompts), "--prompts \(prompts): at least 10 are needed")
    try require((1...100).contains(blocks), "--blocks \(blocks): must be from 1 to 100")
    try require(
      (8...4096).contains(width) && width % 4 == 0,
      "--width \(width): must be a multiple of 4 from 8 to 4096")
    try require((1...4096).contains(units), "--units \(units): must be from 1 to 4096")
    try require(rate > 0 && rate.isFinite, "--rate \(rate): must be above 0")
  }
}
