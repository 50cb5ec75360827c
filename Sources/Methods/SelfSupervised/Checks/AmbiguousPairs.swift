import Datasets
import Foundation
import Networks
import Torch

/// A world of examples that several latent points may have made: a random network gives each example the mean and the
/// concentration of its posterior on a sphere, and pairs of examples are those whose latent points lie together.
///
/// - Source: Kirchhof, Kasneci & Oh, *Probabilistic contrastive learning recovers the correct aleatoric uncertainty of
///   ambiguous inputs*, ICML 2023, section 5.1.
/// - Departs: the network of means is not smoothed by training; partners are chosen by weights and not by rejection.
struct AmbiguousPairs {
  static let numbers = 10
  static let axes = 4
  /// Concentration of the latent points of a pair around each other.
  static let together = 20.0
  private static let least = 16.0
  private static let most = 64.0

  private let means: MLP
  private let concentrations: MLP
  private let bounds: (Double, Double)
  private let random: RandomStream

  init(_ seed: Seed) throws {
    random = RandomStream(seed.child("ambiguous pairs"))
    means = MLP([Self.numbers, 32, 32, Self.axes], random.child("means"))
    concentrations = MLP([Self.numbers, 32, 1], random.child("concentrations"))
    let probe = concentrations(random.child("probe").uniform([2000, Self.numbers]) - 0.5)
    let values = try probe.values(as: Double.self)
    bounds = (values.min() ?? 0, values.max() ?? 1)
  }

  /// `count` examples `[n, 10]`, from −½ to ½.
  func examples(_ count: Int, _ name: String) -> Tensor {
    random.child(name).uniform([count, Self.numbers]) - 0.5
  }

  /// The true posteriors of examples: means `[n, 4]`, logarithms of concentrations `[n]`.
  func posterior(_ x: Tensor) -> (mean: Tensor, logConcentration: Tensor) {
    withoutGradients {
      let share = (concentrations(x).squeezed(1) - bounds.0) / (bounds.1 - bounds.0)
      let logarithm = share.clamped(0, 1) * log(Self.most / Self.least) + log(Self.least)
      return (means(x).ofUnitLength, logarithm)
    }
  }

  /// `count` pairs side by side, `[n, 20]`; the partner is one of `pool` other examples.
  func pairs(_ count: Int, pool: Int) throws -> Tensor {
    let first = examples(count, "first"), others = examples(pool, "others")
    let latents = latentPoints(first, "first points")
    let candidates = latentPoints(others, "other points")
    var partners: [Tensor] = []
    for start in stride(from: 0, to: count, by: 500) {
      let end = min(start + 500, count)
      let logits = latents[start..<end].matmul(candidates.transposed()) * Self.together
      let dice = random.child("partners").child(start).gumbel(like: logits)
      partners.append(try (logits + dice).argmax(over: 1).checked())
    }
    return Tensor.concatenate([first, others.indexSelect(0, .concatenate(partners))], along: 1)
  }

  private func latentPoints(_ x: Tensor, _ name: String) -> Tensor {
    let (mean, logConcentration) = posterior(x)
    return VonMisesFisher(mean: mean, concentration: logConcentration.exp())
      .draws(1, random.child(name)).squeezed(0)
  }
}
