import Datasets
import Foundation
import Networks
import Torch

/// A world of examples that several latent points may have made: hidden numbers give each example the mean and the
/// concentration of its posterior on a sphere, and pairs of examples are those whose latent points lie together.
///
/// What is hidden is normal, so that the means cover the sphere evenly, as the theory asks; examples show it through
/// turns and couplings of small networks, which lose nothing.
///
/// - Source: Kirchhof, Kasneci & Oh, *Probabilistic contrastive learning recovers the correct aleatoric uncertainty of
///   ambiguous inputs*, ICML 2023, section 5.1.
/// - Departs: a random network that is smoothed until it fills half of the sphere makes their means; partners are chosen
///   by weights and not by rejection; concentrations range more widely.
struct AmbiguousPairs {
  /// Examples and what is behind them.
  struct Drawn {
    /// What is seen, `[n, 10]`.
    let x: Tensor
    /// Means of the posteriors, `[n, 4]`, of length 1.
    let mean: Tensor
    /// Logarithms of their concentrations, `[n]`.
    let logConcentration: Tensor
  }

  static let numbers = 10
  static let axes = 4
  /// Concentration of the latent points of a pair around each other.
  static let together = 20.0
  static let least = 8.0
  static let most = 128.0

  private let turns: [Tensor]
  private let couplings: [MLP]
  private let random: RandomStream

  init(_ seed: Seed) {
    let random = RandomStream(seed.child("ambiguous pairs"))
    let n = Self.numbers
    self.random = random
    turns = (0...2).map { Initialiser.orthogonal([n, n], random.child("turn").child($0)) }
    couplings = (0..<2).map { MLP([n / 2, 32, n / 2], random.child("coupling").child($0)) }
  }

  func examples(_ count: Int, _ name: String) -> Drawn {
    withoutGradients {
      let hidden = random.child(name).normal([count, Self.numbers])
      let rank = (hidden.selected(1, Self.axes) / 2.0.squareRoot()).erf() / 2 + 0.5
      return Drawn(
        x: shown(hidden), mean: hidden.sliced(1, 0, Self.axes).ofUnitLength,
        logConcentration: rank * log(Self.most / Self.least) + log(Self.least))
    }
  }

  private func shown(_ hidden: Tensor) -> Tensor {
    var x = hidden
    for (turn, coupling) in zip(turns, couplings) {
      let halves = x.matmul(turn).split(into: 2, along: 1)
      x = Tensor.concatenate([halves[1] + 2 * coupling(halves[0]), halves[0]], along: 1)
    }
    return x.matmul(turns[2])
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
    return Tensor.concatenate(
      [first.x, others.x.indexSelect(0, .concatenate(partners))], along: 1)
  }

  private func latentPoints(_ drawn: Drawn, _ name: String) -> Tensor {
    VonMisesFisher(mean: drawn.mean, concentration: drawn.logConcentration.exp())
      .draws(1, random.child(name)).squeezed(0)
  }
}
