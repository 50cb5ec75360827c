import Foundation
import Probability
import Torch

/// A simulated table of cells whose gene programs form trees: a program may be active only where the one above it is,
/// each moves a share of the genes, and counts follow from all of them through an exponential and negative binomial
/// noise.
///
/// - Source: after Schuster, *Can sparse autoencoders make sense of latent representations?*, 2024,
///   arXiv:2410.11468, with the author's code at github.com/viktoriaschuster/interpreting_omics_models, where a
///   tenth of the genes belong to a program too.
public struct ProgramTree: Sendable {
  /// Programs without one above them.
  public var trees = 8
  /// Programs below each.
  public var branching = 2
  /// Levels of a tree.
  public var levels = 3
  /// Genes that are counted.
  public var genes = 300
  /// Probability that a program without one above is active in a cell.
  public var often = 0.3
  /// Probability that a program is active where the one above it is.
  public var follows = 0.5
  /// Share of the genes that a program moves.
  public var moved = 0.1
  /// Mean size of such a move at an activity of 1, in the logarithm of the rate.
  public var effect = 0.8
  /// Share of the moves that raise a gene.
  public var raised = 0.8
  /// Standard deviation of the logarithm of a cell's depth.
  public var depth = 0.3
  /// Failures of the negative binomial; fewer scatter more.
  public var failures = 5.0
  /// Share of a program's genes that its gene set lacks, and share of that set that does not belong there.
  public var errors = 0.2
  private let seed: Seed

  /// The world of this seed.
  public init(seed: Seed) { self.seed = seed }

  /// The place of the program above each, nothing for those without; a program comes after the one above it.
  public var parents: [Int?] {
    var all: [Int?] = [], above = [Int?](repeating: nil, count: trees)
    for _ in 0..<levels {
      let first = all.count
      all += above
      above = (first..<all.count).flatMap { [Int?](repeating: $0, count: branching) }
    }
    return all
  }

  /// The level of each program, 0 without one above it.
  public var heights: [Int] {
    parents.reduce(into: []) { heights, above in
      heights.append(above.map { heights[$0] + 1 } ?? 0)
    }
  }

  /// Names of the programs, after their places.
  public var names: [String] {
    zip(parents, heights).enumerated().map { place, program in
      program.0.map { "program \(place + 1) below \($0 + 1)" } ?? "program \(place + 1)"
    }
  }

  /// How much each program moves the logarithm of each gene's rate, `[m, g]`.
  public var loadings: Tensor {
    let random = RandomStream(seed.child("loadings")), shape = [parents.count, genes]
    let chosen = random.child("genes").bernoulli(Tensor.full(shape, moved))
    let sign = random.child("signs").bernoulli(Tensor.full(shape, raised)) * 2 - 1
    return chosen * sign * (random.child("sizes").uniform(shape) + 0.5) * effect
  }

  /// The gene set of each program, 0 and 1, `[m, g]`: most of the genes that it raises, and some others.
  public var sets: Tensor {
    let random = RandomStream(seed.child("sets"))
    let own = (loadings .> 0).to(.float32)
    let lost = random.child("lost").bernoulli(Tensor.full(own.shape, errors))
    let rate = (own.mean(over: 1, keep: true) * errors).expanded(own.shape)
    let strange = random.child("strange").bernoulli(rate)
    return own * (1 - lost) + (1 - own) * strange
  }

  /// Activities of the programs in `count` cells, 0 or from 0.5 to 1.5, `[n, m]`.
  public func activities(_ count: Int) -> Tensor {
    let random = RandomStream(seed.child("cells")), parents = parents
    let chance = Tensor(parents.map { Float($0 == nil ? often : follows) }).unsqueezed(0)
    let may = (random.child("active").uniform([count, parents.count]) .< chance).to(.float32)
    var active: [Tensor] = []
    for (place, above) in parents.enumerated() {
      let own = may.selected(1, place)
      active.append(above.map { own * active[$0] } ?? own)
    }
    let size = random.child("size").uniform([count, parents.count]) + 0.5
    return Tensor.stack(active, along: 1) * size
  }

  /// Counts of genes in cells of these activities, `[n, m]` to `[n, g]`.
  public func counts(_ activities: Tensor) -> Tensor {
    let random = RandomStream(seed.child("counts"))
    let base = random.child("base").normal([1, genes]) * 0.5 + 0.5
    let depths = random.child("depth").normal([activities.size(0), 1]) * depth
    // No cell of this world comes near the bound at the default sizes; wilder ones stay finite.
    let rate = (base + activities.matmul(loadings) + depths).clamped(-20, 11)
    return NegativeBinomial(failures: Tensor.full([1, 1], failures), logits: rate - log(failures))
      .sample(random.child("draws"))
  }

  /// log(1 + count), of counts that are scaled so that all cells have the mean total; both `[n, g]`.
  public static func normalised(_ counts: Tensor) -> Tensor {
    let totals = counts.sum(over: 1, keep: true).clamped(atLeast: 1)
    return (counts / totals * totals.mean()).log1p()
  }
}
