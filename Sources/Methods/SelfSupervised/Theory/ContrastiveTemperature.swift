import Evaluation
import Files
import Foundation
import Learning
import Torch

/// What the temperature of a contrastive loss does to features: how evenly they are spread, how near those of one class
/// stay, which negatives are pushed, and how well classes are read.
///
/// - Source: Wang & Liu, *Understanding the Behaviour of Contrastive Loss*, CVPR 2021, arXiv:2012.09740.
/// - Departs: clusters with noisy views in place of images, which the check has; means in place of sums over negatives.
public struct ContrastiveTemperature: Study {
  public static let card = Card(
    id: "contrastive-temperature", title: "The temperature of contrast",
    source:
      "Wang & Liu, Understanding the Behaviour of Contrastive Loss, CVPR 2021, arXiv:2012.09740",
    system: "S437",
    summary:
      "A low temperature puts the push on the nearest negatives and spreads features evenly, at the price of tearing apart "
      + "what is alike; a moderate one compromises.")
  public static let inputs: [StudyInput] = []

  /// Temperatures, compared.
  public var temperatures = [0.05, 0.1, 0.2, 0.5, 1.0, 2.0]
  /// Shares of the negatives, the nearest, that a contrast without a softmax pushes, compared.
  public var shares = [0.1, 1.0]
  /// Latent classes.
  public var classes = 10
  /// Clusters over which a class is spread.
  public var modes = 3
  /// Inputs.
  public var dimension = 20
  /// Deviation of the clusters' centres, in deviations of the noise around them.
  public var separation = 1.0
  /// Deviation of the noise of a view.
  public var noise = 0.7
  /// Steps of a training.
  public var steps = 500
  /// Worlds and starts.
  public var repeats = 2

  public init() {}

  var rules: [NegativeRule] {
    temperatures.map { .softmax(temperature: $0) } + shares.map { .nearest(share: $0) }
  }

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    var scores: [NegativeRule: [TemperatureScores]] = [:]
    var done = 0
    for index in 0..<repeats {
      let seed = room.seed.child(index)
      let contrast = contrast(seed)
      for rule in rules {
        scores[rule, default: []].append(
          try contrast.scores(rule, seed.child("arm"), shouldStop: room.shouldStop))
        done += 1
        room.progress(done, repeats * rules.count)
      }
    }
    return findings(scores)
  }

  /// The world of `seed`.
  func contrast(_ seed: Seed) -> ClusterContrast {
    let random = RandomStream(seed.child("world"))
    let world = ClassWorld(
      classes: classes, modes: modes, dimension: dimension, separation: separation,
      random.child("centres"))
    var contrast = ClusterContrast(
      train: world.examples(200, random.child("train")),
      test: world.examples(100, random.child("test")), noise: noise)
    contrast.steps = steps
    return contrast
  }

  private func findings(_ scores: [NegativeRule: [TemperatureScores]]) -> Findings {
    func mean(_ rule: NegativeRule, _ value: (TemperatureScores) -> Double?) -> Double {
      (scores[rule] ?? []).compactMap(value).mean
    }
    let softmax = temperatures.sorted().map { NegativeRule.softmax(temperature: $0) }
    let best = softmax.max { mean($0, \.probe) < mean($1, \.probe) }
    var findings = Findings(
      "A linear probe reads the classes best at \(best?.name ?? "no temperature"); from the lowest temperature to the highest "
        + String(
          format: "uniformity goes from %.2f to %.2f and tolerance from %.2f to %.2f.",
          mean(softmax[0], \.uniformity), mean(softmax[softmax.count - 1], \.uniformity),
          mean(softmax[0], \.tolerance), mean(softmax[softmax.count - 1], \.tolerance)))
    findings.add(
      table: "Features of new examples",
      ["push", "uniformity", "tolerance", "share of the nearest tenth", "probe"],
      rules.map { rule in
        let share = mean(rule, \.share)
        return [
          .word(rule.name), .number(mean(rule, \.uniformity)), .number(mean(rule, \.tolerance)),
          share.isFinite ? .number(share) : "", .number(mean(rule, \.probe)),
        ]
      })
    let figures: [(String, (TemperatureScores) -> Double?)] = [
      ("uniformity", \.uniformity), ("tolerance", \.tolerance),
      ("share of the nearest tenth", \.share),
      ("probe", \.probe),
    ]
    for (name, value) in figures {
      findings.add(
        chart: "Temperature and \(name)", x: "log10 temperature", y: name,
        [
          Findings.Curve(
            "softmax", x: temperatures.sorted().map(log10), y: softmax.map { mean($0, value) })
        ])
    }
    return findings
  }

  private func validate() throws {
    try require(!temperatures.isEmpty, "--temperatures: at least one is needed")
    for value in temperatures {
      try require(0.01...100 ~= value, "--temperatures \(value): must lie from 0.01 to 100")
    }
    for value in shares {
      try require(value > 0 && value <= 1, "--shares \(value): must be above 0 and at most 1")
    }
    try require(2...1000 ~= classes, "--classes \(classes): must lie from 2 to 1000")
    try require(1...100 ~= modes, "--modes \(modes): must lie from 1 to 100")
    try require(1...10_000 ~= dimension, "--dimension \(dimension): must lie from 1 to 10000")
    try require(0.01...100 ~= separation, "--separation \(separation): must lie from 0.01 to 100")
    try require(0...100 ~= noise, "--noise \(noise): must lie from 0 to 100")
    try require(1...1_000_000 ~= steps, "--steps \(steps): must lie from 1 to a million")
    try require(1...1000 ~= repeats, "--repeats \(repeats): must lie from 1 to 1000")
  }
}
