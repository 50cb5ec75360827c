import Files
import Probability
import Torch

extension MutualInformation {
  /// The information of the codes' posteriors: draws from q(z|x) of random examples, weighed by the mixture of the
  /// posteriors of all examples and of those with the same factor value.
  ///
  /// I(z; v) is the mean of log q(z|v) − log q(z) over the draws.
  ///
  /// - Source: Chen, Li, Grosse & Duvenaud, *Isolating sources of disentanglement in variational autoencoders*,
  ///   NeurIPS 2018, §4.1 and appendix C.
  /// - Departs: the same draws serve both entropies, so that their noise cancels.
  /// - Parameters:
  ///   - posteriors: q(z|x) of the examples of `table`, over `[n, k]`.
  ///   - draws: How many are drawn; each costs n densities of each unit.
  /// - Throws: ``UserError`` where posteriors and factors do not match, `TensorError`.
  public init(
    _ table: FactoredCodes, posteriors: Normal, draws: Int = 2000, seed: Seed
  ) throws {
    try require(
      posteriors.mean.shape == table.codes.shape,
      "posteriors of \(posteriors.mean.shape) for codes of \(table.codes.shape): one for each code "
        + "is needed")
    try require(draws >= 1, "\(draws) draws: one at least is needed")
    let random = RandomStream(seed)
    let mean = posteriors.mean.to(.float64)
    let logVariance = posteriors.logVariance.to(.float64).expanded(mean.shape)
    let picked = random.child("examples").integers(0..<table.count, [draws])
    let chosen = Normal(
      mean: mean.indexSelect(0, picked), logVariance: logVariance.indexSelect(0, picked))
    let z = try chosen.sample(random.child("draws")).checked()  // [draws, k]
    let truths = table.sizes.indices.map { table.places($0).oneHot(table.sizes[$0]).to(.float64) }
    var sums = Array(repeating: [Tensor](), count: table.width)
    // About 16 million densities at a time keep memory in bounds.
    let size = max(1, 16_000_000 / table.count)
    for start in stride(from: 0, to: draws, by: size) {
      let end = min(start + size, draws)
      let own = picked.sliced(0, start, end)
      for unit in 0..<table.width {
        let gap = z.sliced(0, start, end).sliced(1, unit, unit + 1) - mean.selected(1, unit)
        let spread = logVariance.selected(1, unit)
        let density = (gap.squared() * (-spread).exp() + spread) * -0.5  // up to a constant
        let weights = (density - density.max(over: 1, keep: true)).exp()  // [draws, n]
        sums[unit].append(Self.gains(weights, truths, own, table))
      }
    }
    let rows = sums.map { Tensor.concatenate($0).mean(over: 0) }
    let shares = truths.map { $0.mean(over: 0).entropyTerm().sum() }
    self.init(
      matrix: try Tensor.stack(rows).clamped(atLeast: 0).checked(),
      entropies: try Tensor.stack(shares).checked())
  }

  /// log q(z|v) − log q(z) of draws from the examples `own`, `[draws, f]`, by the densities `[draws, n]`.
  private static func gains(
    _ weights: Tensor, _ truths: [Tensor], _ own: Tensor, _ table: FactoredCodes
  ) -> Tensor {
    let all = weights.mean(over: 1).log()
    let each = truths.enumerated().map { factor, truth in
      let values = table.places(factor).indexSelect(0, own).unsqueezed(1)
      let totals = weights.matmul(truth) / truth.sum(over: 0)  // [draws, values]
      return totals.gather(1, values).squeezed(1).log() - all
    }
    return Tensor.stack(each, along: 1)
  }
}
