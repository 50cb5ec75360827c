import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Which latent dimensions of linear variational autoencoders survive, in closed form and trained: plain ones, ones with
/// a condition, and ones with two levels of codes, with encoder variances that are learnt or fixed.
///
/// - Source: Dang, Tran, Nguyen & Ho, *Beyond Vanilla Variational Autoencoders: Detecting Posterior Collapse in
///   Conditional and Hierarchical Variational Autoencoders*, ICLR 2024, arXiv:2306.05023.
/// - Departs: the closed forms are derived anew, for a second-level decoder with noise of deviation 1; a first variance
///   that is learnt below a second level is treated too. Data are normal with a chosen spectrum.
public struct PosteriorCollapse: Study {
  public static let card = Card(
    id: "posterior-collapse", title: "Posterior collapse in linear autoencoders",
    source:
      "Dang, Tran, Nguyen & Ho, Beyond Vanilla Variational Autoencoders: Detecting Posterior Collapse in "
      + "Conditional and Hierarchical Variational Autoencoders, ICLR 2024, arXiv:2306.05023",
    system: "S070",
    summary:
      "A latent dimension survives where the data's deviation along it, less what a condition explains, is above "
      + "a threshold that the decoder's noise, the weight of the KL term and the encoder's variance set; trained "
      + "linear autoencoders are laid over the closed form.")
  public static let inputs: [StudyInput] = []

  /// Width of the data.
  public var outputs = 8
  /// Latent dimensions of each level.
  public var latents = 6
  /// Examples.
  public var rows = 1000
  /// Largest deviation of the data along a direction.
  public var strongest = 2.25
  /// Smallest deviation of the data along a direction; those between fall geometrically.
  public var weakest = 0.45
  /// Weights of the KL term, of the second level's where there are two.
  public var betas = [0.25, 1.0, 4.0]
  /// Deviations of the decoder's noise; conditional models take the first.
  public var noises = [0.5, 0.8]
  /// Correlations of the condition with each direction of the data.
  public var correlations = [0.0, 0.6, 0.85]
  /// Deviation of an encoder whose variance is fixed.
  public var deviation = 0.6
  /// Steps of a training.
  public var steps = 2000
  /// Data sets and starts for each setting.
  public var repeats = 1

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let (sweep, plan) = (sweep, plan)
    var done = 0
    let cells = try plan.map { setting in
      try (0..<repeats).map { index in
        let cell = try sweep.cell(
          setting, seed: room.seed.child(index), shouldStop: room.shouldStop)
        done += 1
        room.progress(done, plan.count * repeats)
        return cell
      }
    }
    return CollapseFindings(study: self, cells: cells).findings
  }

  var sweep: CollapseSweep {
    let deviations = (0..<outputs).map { place in
      strongest * pow(weakest / strongest, Double(place) / Double(max(outputs - 1, 1)))
    }
    return CollapseSweep(
      deviations: deviations, latents: latents, rows: rows, deviation: deviation, steps: steps)
  }

  /// Both plain models over weights and noises, conditional ones over weights and correlations, and hierarchical ones over
  /// weights, noises and kinds of variance, without those whose loss has no minimum.
  var plan: [CollapseSweep.Setting] {
    let noise = noises.first ?? 1
    let pairs = betas.flatMap { beta in noises.map { (beta, $0) } }
    let plain = [true, false].flatMap { learns in
      pairs.map {
        CollapseSweep.Setting(model: .plain, beta: $0.0, noise: $0.1, learnsFirst: learns)
      }
    }
    let conditional = correlations.flatMap { correlation in
      betas.map {
        CollapseSweep.Setting(
          model: .conditional, beta: $0, noise: noise, correlation: correlation)
      }
    }
    let hierarchical = [true, false].flatMap { learnsSecond in
      pairs.map {
        CollapseSweep.Setting(
          model: .hierarchical, beta: $0.0, noise: $0.1, learnsFirst: false,
          learnsSecond: learnsSecond)
      }
        + betas.map {
          CollapseSweep.Setting(
            model: .hierarchical, beta: $0, noise: noise, learnsSecond: learnsSecond)
        }
    }
    return (plain + conditional + hierarchical).filter {
      sweep.theory($0).optimum(strongest) != nil
    }
  }

  private func validate() throws {
    try require(1...500 ~= outputs, "--outputs \(outputs): must lie from 1 to 500")
    try require(
      1...outputs ~= latents,
      "--latents \(latents): must lie from 1 to the \(outputs) of --outputs")
    try require(
      rows > 2 * outputs && rows <= 1_000_000,
      "--rows \(rows): must be more than twice --outputs, and at most a million")
    try require(
      weakest > 0 && weakest <= strongest && strongest <= 1000,
      "--weakest \(weakest): must be above 0 and at most --strongest, which may be 1000")
    for (flag, values) in [("betas", betas), ("noises", noises)] {
      try require(!values.isEmpty, "--\(flag): at least one is needed")
      for each in values {
        try require(0.01...100 ~= each, "--\(flag) \(each): must lie from 0.01 to 100")
      }
    }
    for each in correlations {
      try require(0...0.999 ~= each, "--correlations \(each): must lie from 0 to 0.999")
    }
    try require(0.01...100 ~= deviation, "--deviation \(deviation): must lie from 0.01 to 100")
    try require(1...1_000_000 ~= steps, "--steps \(steps): must lie from 1 to a million")
    try require(repeats >= 1, "--repeats \(repeats): must be at least 1")
  }
}
