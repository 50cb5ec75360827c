import Evaluation
import Probability
import Torch

/// Standard errors of the loadings of a factor model, by refitting it to resampled rows.
///
/// The structure is kept, so that they say nothing of the choice of the structure.
struct FactorErrors {
  let model: FactorModel
  let resamples: Int
  /// Steps of each refit, which starts at the estimate.
  let steps = 30

  init(_ model: FactorModel, resamples: Int) {
    self.model = model
    self.resamples = resamples
  }

  /// The deviation of each loading over the resamples, row-major `[p, k]`; nil where there are none.
  ///
  /// - Throws: `TensorError`.
  func deviations(_ values: Tensor, _ room: StudyRoom) throws -> [Double]? {
    guard resamples > 0 else { return nil }
    let rows = values.size(0)
    var sums = [Double](repeating: 0, count: model.loadings.count)
    var squares = sums
    var count = 0.0
    for resample in 0..<resamples {
      if room.shouldStop() { break }
      room.progress(resample, resamples)
      var random = SplitMix(room.seed.child("rows").child(resample))
      let drawn = (0..<rows).map { _ in Int64(random.next(upperBound: UInt64(rows))) }
      let z = VariableTable.standardised(values.indexSelect(0, Tensor(drawn)))
      let analysis = FactorEM(data: Correlations(z))
      guard let refit = try? analysis.fit(model, steps: steps),
        refit.loadings.allSatisfy(\.isFinite)
      else { continue }
      count += 1
      for place in sums.indices {
        // About the estimate, where the squares of large numbers do not cancel.
        let shift = refit.loadings[place] - model.loadings[place]
        sums[place] += shift
        squares[place] += shift * shift
      }
    }
    guard count >= 2 else { return nil }
    return zip(sums, squares).map { max(0, ($1 - $0 * $0 / count) / (count - 1)).squareRoot() }
  }
}
