import Autoencoding
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// What the flow z → E(D(z)) of autoencoders with narrower and wider bottlenecks tells: where it rests, whether these are
/// training examples, and which examples are strange.
///
/// - Source: Fumero, Moschella, Rodolà & Locatello, *Navigating the latent space dynamics of neural models*, 2025,
///   arXiv:2505.22785.
/// - Departs: fully connected networks; the score of an example is the mean distance of its way to the nearest end of
///   training ways; foundation models are left out.
public struct LatentVectorField: Study {
  public static let card = Card(
    id: "latent-vector-field", title: "The flow of autoencoders on their codes",
    source:
      "Fumero, Moschella, Rodolà & Locatello, Navigating the Latent Space Dynamics of Neural Models, 2025, "
      + "arXiv:2505.22785",
    system: "S065",
    summary:
      "Encoding what a code decodes to, again and again, ends in attractors: near training examples where the network "
      + "memorised them, elsewhere where it generalised; the way there tells strange examples. latent attractors does it "
      + "for any space.")
  public static let inputs: [StudyInput] = []

  /// Pictures to learn from, by name or path.
  public var source = "mnist"
  /// Pictures of another kind to be told apart, by name or path; none where empty.
  public var strangers = "fashion-mnist"
  /// Pictures to learn from, at most.
  public var examples = 500
  /// Units of the bottleneck, each in turn.
  public var latents = [2, 8, 32, 128]
  /// Decay of the weights, each in turn.
  public var decays = [0.0, 0.1]
  /// Widths of the encoder's layers; the decoder mirrors them.
  public var hidden = [256]
  /// Passes over the pictures.
  public var epochs = 200
  /// Codes that are followed.
  public var starts = 300
  /// Moves of a code at most.
  public var steps = 300

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    var options = SourceOptions()
    options.limit = examples
    let opened = try Source.open(source, options)
    let strange = try strangers.isEmpty ? nil : Source.open(strangers)
    if let strange {
      try require(
        strange.domain.shape == opened.domain.shape,
        "\(strangers) has examples of shape \(strange.domain.shape) and \(source) of \(opened.domain.shape); they must be "
          + "alike")
    }
    let others = strange?.test
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    var rows: [[Findings.Cell]] = [], curve: [(Double, Double)] = []
    for (place, (units, decay)) in cells.enumerated() {
      let trial = self.trial(opened, units, decay)
      let fitted = try trial.fitted(
        lab, room.seed.child(place), as: "\(units) units, decay \(decay)")
      let errors = try trial.errors(fitted)
      let memory = try trial.memorisation(fitted)
      let found = try trial.attractors(fitted)
      let areas = try others.map { try trial.detection(fitted, $0, count: 1000).map(\.area) } ?? []
      curve.append((errors.test, memory))
      let figures = [
        Double(units), decay, errors.train, errors.test, fitted.flow.resting,
        Double(found.counts.count), memory,
      ]
      rows.append((figures + areas).map { .number($0) })
      room.progress(place + 1, cells.count)
    }
    return findings(rows, curve.sorted { $0.0 < $1.0 }, hasStrangers: others != nil)
  }

  private func findings(
    _ rows: [[Findings.Cell]], _ curve: [(Double, Double)], hasStrangers: Bool
  ) -> Findings {
    let correlation = rankCorrelation(curve.map(\.1), curve.map(\.0))
    var findings = Findings(
      "Over \(rows.count) autoencoders, how near attractors are to training examples goes with the error on new ones by a "
        + "rank correlation of \(String(format: "%.2f", correlation)).")
    findings.add("correlation of memorisation and test error", correlation)
    findings.add(
      table: "Flows by bottleneck and decay",
      [
        "units", "decay", "training error", "test error", "share that rests", "attractors",
        "cosine with training examples",
      ] + (hasStrangers ? ["area, trajectory", "area, neighbours", "area, error"] : []), rows)
    findings.add(
      chart: "Memorisation and error", x: "test error", y: "cosine with training examples",
      [Findings.Curve("autoencoders", x: curve.map(\.0), y: curve.map(\.1))])
    return findings
  }

  /// Bottlenecks with decays.
  var cells: [(Int, Double)] { latents.flatMap { units in decays.map { (units, $0) } } }

  /// The trial of one autoencoder with these settings.
  func trial(_ opened: Source, _ units: Int, _ decay: Double) -> FieldTrial {
    var trial = FieldTrial(source: opened)
    (trial.latents, trial.hidden) = (units, hidden)
    (trial.training.epochs, trial.training.batch) = (epochs, 100)
    (trial.training.optimiser, trial.training.weightDecay) = (.adamw, decay)
    (trial.starts, trial.steps) = (starts, steps)
    return trial
  }

  private func validate() throws {
    try require(examples >= 20, "--examples \(examples): must be at least 20")
    try require(
      !latents.isEmpty && latents.allSatisfy { 1...10_000 ~= $0 },
      "--latents: must be numbers from 1 to 10000")
    try require(
      !decays.isEmpty && decays.allSatisfy { $0 >= 0 }, "--decays: must be numbers of at least 0")
    try require(epochs >= 1, "--epochs \(epochs): must be at least 1")
    try require(2...100_000 ~= starts, "--starts \(starts): must lie from 2 to 100000")
    try require(1...100_000 ~= steps, "--steps \(steps): must lie from 1 to 100000")
    try AutoencoderSettings.validate(widths: [("hidden", hidden)])
  }
}
