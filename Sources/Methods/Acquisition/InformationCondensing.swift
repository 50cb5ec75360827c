import Torch

/// Assembles a batch on whose classes those of the rest of the pool depend most.
///
/// - Source: Jain, Liu & Gifford, *Information Condensing Active Learning*, arXiv:2002.07916, §§3–4.
struct InformationCondensing {
  let dependence: CrossDependence
  /// Points of the pool that stand for all of it, drawn anew for each member of a batch.
  let condensed: Int
  /// Points on which the marginal gain is looked at, in the pointwise form.
  let compared: Int

  /// `count` points; in the pointwise form a point counts by what it adds to the batch's dependence.
  ///
  /// The kernel of a batch is the mean of its points' kernels, so that its criterion with another point is the mean
  /// of theirs.
  func select(_ count: Int, pointwise: Bool, _ random: RandomStream) throws -> [Int] {
    let points = dependence.points
    var chosen: [Int] = []
    var batch = Tensor.zeros([points])  // the chosen points' kernels with all points, summed
    while chosen.count < min(count, points) {
      let stream = random.child(chosen.count)
      let members = Double(chosen.count)
      let pool = try places(condensed, stream.child("pool"))
      let own = dependence.with(averageOf: pool)
      let before =
        chosen.isEmpty
        ? Tensor(0) : own.indexSelect(0, Tensor(chosen)).sum()
      var score = (before + own) * (1 / (members + 1))
      if pointwise, !chosen.isEmpty {
        let others = try places(compared, stream.child("compared"))
        let with = batch.indexSelect(0, Tensor(others)).clamped(atLeast: 1e-12) * (1 / members)
        // What the batch's dependence with each of the others rises by, as a share.
        let rise = (dependence.between(others) / with.unsqueezed(1) - 1) * (1 / (members + 1))
        score = score * rise.clamped(atLeast: 0).mean(over: 0)
      }
      if !chosen.isEmpty { score = score.indexFill(0, Tensor(chosen), -.infinity) }
      let next = Int(try score.argmax(over: 0).value())
      chosen.append(next)
      if pointwise { batch += dependence.between([next]).squeezed(0) }
    }
    return chosen
  }

  private func places(_ count: Int, _ random: RandomStream) throws -> [Int] {
    try random.integers(0..<dependence.points, [count]).places()
  }
}
