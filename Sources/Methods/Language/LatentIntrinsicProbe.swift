import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Which neurons tell a label, and how much each few of them say: one linear probe that learns to work with any subset of
/// neurons, since the subset is its latent variable.
///
/// - Source: Torroba Hennigen, Cotterell & Stańczak, *A latent-variable model for intrinsic probing*, AAAI 2023,
///   arXiv:2201.08214.
/// - Departs: neurons are centred and scaled first; the score function has a baseline.
public struct LatentIntrinsicProbe: Study {
  public static let card = Card(
    id: "latent-intrinsic-probe", title: "A probe whose neurons are latent",
    source:
      "Torroba Hennigen, Cotterell & Stańczak, A Latent-Variable Model for Intrinsic Probing, AAAI 2023, arXiv:2201.08214",
    system: "S062",
    summary:
      "A linear probe learns under random subsets of neurons, whose law it learns too; asked for any few neurons it says how "
      + "much they tell of a label, and picks those that tell the most.")
  public static let inputs = [
    StudyInput("activations", "Activations [examples, neurons].", optional: true),
    StudyInput("labels", "A label of each example, numbers or words.", optional: true),
  ]

  /// The law of subsets: poisson, or conditional-poisson.
  public var law = "poisson"
  /// Neurons to pick.
  public var pick = 8
  /// Steps of the probe's training, at most.
  public var steps = 1000
  /// Step size.
  public var rate = 0.01
  /// Subsets that each example is told with in a step.
  public var draws = 5
  /// Weight of the entropy of subsets.
  public var entropy = 0.01
  /// Neurons of the world without files.
  public var neurons = 32
  /// Of them those that tell the label.
  public var informative = 6
  /// Examples of that world.
  public var examples = 2000

  public init() {}

  /// How the probe learns.
  var learning: LatentSubsetProbe.Learning {
    var learning = LatentSubsetProbe.Learning()
    (learning.steps, learning.rate, learning.draws) = (steps, rate, draws)
    learning.entropy = entropy
    return learning
  }

  public func run(_ room: StudyRoom) throws -> Findings {
    let law = try validated()
    let world = try PlantedNeurons(
      neurons: neurons, told: informative, classes: 3, tails: nil, room.seed.child("world"))
    let isGiven = !room.inputs.names.isEmpty
    let all =
      isGiven
      ? try LabelledActivations(room.inputs)
      : try LabelledActivations(world.drawn(examples, room.seed.child("examples")))
    let (train, test) = try all.halves(room.seed.child("halves"))
    try require(
      pick <= all.x.size(1), "--pick \(pick): there are \(all.x.size(1)) neurons to pick from")
    let probe = try LatentSubsetProbe(
      law, train.x, train.labels, classes: all.names.count, learning, room.seed.child("probe"),
      shouldStop: room.shouldStop)
    room.progress(1, 2)
    let order = try probe.chosen(pick, train.x, train.labels)
    let told = try order.indices.map {
      try probe.information(test.x, test.labels, neurons: Array(order[0...$0]))
    }
    let whole = try probe.information(test.x, test.labels, neurons: Array(0..<all.x.size(1)))
    room.progress(2, 2)
    var findings = Findings(
      String(
        format: "%d neurons tell %.0f%% of the label's entropy; all %d tell %.0f%%.", pick,
        100 * (told.last ?? 0), all.x.size(1), 100 * whole))
    findings.add("share of the label's entropy that all neurons tell", whole)
    if !isGiven {
      let found = Set(order.prefix(informative)).intersection(world.told).count
      findings.add("informative neurons among the first", Double(found), unit: "neurons")
    }
    let odds = try probe.logOdds.sigmoid().values(as: Double.self)
    findings.add(
      table: "Neurons in the order in which they were picked",
      ["neuron", "probability in subsets", "told so far"],
      zip(order, told).map { [.number(Double($0)), .number(odds[$0]), .number($1)] })
    findings.add(
      chart: "What the first neurons tell", x: "neurons", y: "share of the label's entropy",
      [Findings.Curve("picked", x: (1...pick).map(Double.init), y: told)])
    return findings
  }

  private func validated() throws -> NeuronSubsets {
    let laws = NeuronSubsets.allCases.map(\.rawValue)
    guard let law = NeuronSubsets(rawValue: law) else {
      throw UserError("--law \(law): must be \(laws.joined(separator: " or "))")
    }
    try require((1...10_000).contains(pick), "--pick \(pick): must be from 1 to 10000")
    try require((1...1_000_000).contains(steps), "--steps \(steps): must be at least 1")
    try require(rate > 0 && rate.isFinite, "--rate \(rate): must be above 0")
    try require((1...1000).contains(draws), "--draws \(draws): must be from 1 to 1000")
    try require(entropy >= 0 && entropy.isFinite, "--entropy \(entropy): must be at least 0")
    try require((2...10_000).contains(neurons), "--neurons \(neurons): must be from 2 to 10000")
    try require(
      (1...neurons).contains(informative),
      "--informative \(informative): must be from 1 to the \(neurons) neurons")
    try require(examples >= 100, "--examples \(examples): at least 100 are needed")
    return law
  }
}
