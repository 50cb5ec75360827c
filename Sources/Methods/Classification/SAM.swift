import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// Sharpness-aware minimisation of a classifier's cross-entropy: each step follows the gradient at the worst place
/// near the weights, which takes a second pass.
///
/// - Source: Foret, Kleiner, Mobahi & Neyshabur, *Sharpness-aware minimization for efficiently improving
///   generalization*, ICLR 2021, arXiv:2010.01412, algorithm 1.
/// - Departs: Adam unless --optimiser sgd.
public struct SAM: ClassifierRecipe {
  public static let card = Card(
    id: "sam", title: "Sharpness-aware minimisation",
    source:
      "Foret, Kleiner, Mobahi & Neyshabur, Sharpness-Aware Minimization for Efficiently Improving "
      + "Generalization, ICLR 2021, arXiv:2010.01412",
    summary:
      "A classifier whose every step goes uphill by a small radius first and follows the gradient that it "
      + "finds there, at twice the cost of a plain step.")

  /// Widths of the fully connected layers.
  public var hidden = [64]
  /// Network that reads the data: auto, mlp or convolution.
  public var architecture = Architecture.auto
  /// How far the weights are moved uphill before each step, as the length of all of them.
  public var radius = 0.05
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try plain.validate(for: domain)
    try require(
      radius > 0 && radius.isFinite, "--radius \(radius): the distance uphill must be above 0")
  }

  public func phases(_ network: Classifier.Network) -> [Phase] {
    [
      Phase("all", network.parameters, descent: SharpnessAwareDescent(radius: radius)) {
        plain.loss(network, $0, $1)
      }
    ]
  }
}
