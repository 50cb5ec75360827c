import Autoencoding
import Evaluation
import Files
import Foundation
import Learning
import Networks
import Torch

/// Where autoencoders must err when their data have holes, and what they do not notice.
///
/// - Source: Batson, Haaf, Kahn & Roberts, *Topological obstructions to autoencoding*, JHEP 2021, arXiv:2102.08380.
/// - Departs: loops are counted by persistent homology; three massless particles stand for the paper's bump hunt; none
///   of the training data come of the signal's decay.
public struct TopologicalObstructions: Study {
  public static let card = Card(
    id: "topological-obstructions", title: "Topological obstructions to autoencoding",
    source: "Batson, Haaf, Kahn & Roberts, Topological Obstructions to Autoencoding, JHEP 2021, "
      + "arXiv:2102.08380",
    system: "S165",
    summary:
      "Autoencoders of a circle, a sphere, a torus and of particles' momenta: with as many units as the data have "
      + "dimensions something is torn and seems strange, and with one more what is strange seems known."
  )
  public static let inputs: [StudyInput] = []

  /// Worlds, separated by commas: circle, sphere, torus, phase-space.
  public var worlds = "circle,sphere,torus,phase-space"
  /// Units that the bottleneck has beyond the dimension of the world, each in turn.
  public var extra = [0, 1]
  /// Widths of the encoder's layers; the decoder mirrors them.
  public var hidden = [64, 64]
  /// Nonlinearity between the layers: relu, elu, tanh, gelu or another of those that autoencoders take.
  public var activation = Activation.elu
  /// Points to learn from.
  public var points = 5000
  /// Passes over the points.
  public var epochs = 100
  /// Trainings of each autoencoder.
  public var repeats = 2

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    let worlds = try named()
    try validate()
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    let all = worlds.count * extra.count * repeats
    var rows: [[Findings.Cell]] = [], done = 0
    var torn: [String] = []
    var findings = Findings("")
    for world in worlds {
      for more in extra {
        let outcomes = try (0..<repeats).map { run in
          done += 1
          room.progress(done, all)
          return try trial(world).outcome(
            world.dimension + more, lab, room.seed.child(world.rawValue).child(run))
        }
        rows.append(row(world, outcomes))
        if more == 0, world.isSphere { torn.append(world.rawValue) }
        if world == .circle, let first = outcomes.first {
          findings.add(
            chart: "Error around the circle, \(first.latents) units", x: "angle",
            y: "distance over length", [try around(first)])
        }
      }
    }
    findings.conclusion = conclusion(torn)
    findings.add(
      table: "Autoencoders of worlds with holes",
      [
        "world", "units", "largest error", "mean error", "share of the worst twentieth",
        "area under the curve", "strangers below the worst", "loops of data", "loops of codes",
      ], rows)
    return findings
  }

  private func conclusion(_ torn: [String]) -> String {
    let certain =
      torn.isEmpty
      ? ""
      : "With as many units as dimensions some point of \(torn.joined(separator: ", ")) is missed by its whole length, "
        + "whatever the network (Borsuk and Ulam). "
    return certain
      + "Distances are over the length of the point; the area is that of the error as a detector of what lies in the hole, "
      + "0.5 by chance."
  }

  /// One world's trial with these settings.
  func trial(_ world: TopologyWorld) -> ObstructionTrial {
    var trial = ObstructionTrial(world: world)
    (trial.networks.hidden, trial.networks.activation) = (hidden, activation)
    trial.networks.architecture = .mlp
    (trial.training.epochs, trial.training.batch) = (epochs, 100)
    trial.training.schedule = .cosine
    trial.points = points
    return trial
  }

  private func row(
    _ world: TopologyWorld, _ outcomes: [ObstructionTrial.Outcome]
  ) -> [Findings.Cell] {
    func mean(_ value: (ObstructionTrial.Outcome) -> Double) -> Findings.Cell {
      .number(outcomes.map(value).mean)
    }
    return [
      .word(world.rawValue), mean { Double($0.latents) }, mean(\.largest), mean { $0.errors.mean },
      mean(\.concentration), mean(\.detection), mean(\.hidden), mean { Double($0.loops.data) },
      mean { Double($0.loops.codes) },
    ]
  }

  /// The error by the angle, of 500 points.
  private func around(_ outcome: ObstructionTrial.Outcome) throws -> Findings.Curve {
    let x = try outcome.test.values(as: Double.self)
    let points = (0..<min(500, outcome.errors.count)).map {
      (atan2(x[2 * $0 + 1], x[2 * $0]), outcome.errors[$0])
    }
    .sorted { $0.0 < $1.0 }
    return Findings.Curve("error", x: points.map(\.0), y: points.map(\.1))
  }

  private func named() throws -> [TopologyWorld] {
    try worlds.split(separator: ",").map { word in
      let name = word.trimmingCharacters(in: .whitespaces)
      guard let world = TopologyWorld(rawValue: name) else {
        throw UserError(
          "--worlds \(name): there is no such world; circle, sphere, torus and phase-space are there"
        )
      }
      return world
    }
  }

  private func validate() throws {
    try require(
      !extra.isEmpty && extra.allSatisfy { 0...1000 ~= $0 },
      "--extra: must be numbers from 0 to 1000"
    )
    try require(100...1_000_000 ~= points, "--points \(points): must lie from 100 to a million")
    try require(epochs >= 1, "--epochs \(epochs): must be at least 1")
    try require(repeats >= 1, "--repeats \(repeats): must be at least 1")
    try AutoencoderSettings.validate(widths: [("hidden", hidden)])
  }
}
