import Datasets
import Evaluation
import Torch

/// A regressor with its prediction intervals, and what they were like where nothing had changed.
struct MonitoredModel {
  /// Rows of a window, and what was seen in them.
  struct Window {
    let rows: Range<Int>
    let width: Double
    let isWide: Bool
    let drift: FeatureDrift
    /// Mean absolute error, where targets are known.
    let error: Double?
  }

  let intervals: BootstrapIntervals
  /// Rows that the regressor has not seen, whose widths are the usual ones.
  let reference: FeatureMatrix
  let usual: [BootstrapIntervals.Prediction]
  let level: Double

  /// Fitted to some rows of `x` and `y`, with the share `held` of them left out as the reference.
  ///
  /// - Throws: `TensorError`.
  init(
    _ regressor: any Regressor, _ x: FeatureMatrix, _ y: [Double], held: Double, resamples: Int,
    level: Double, _ seed: Seed
  ) throws {
    let order = shuffled(x.count, seed.child("held"))
    let left = min(max(Int(held * Double(x.count)), 2), x.count - 2)
    let (out, own) = (Array(order.prefix(left)), Array(order.dropFirst(left)))
    intervals = try BootstrapIntervals(
      regressor, x.rows(own), own.map { y[$0] }, resamples: resamples, seed.child("fit"))
    reference = x.rows(out)
    usual = try intervals.predict(reference, level: level)
    self.level = level
    let inside = zip(out, usual).map { $1.low <= y[$0] && y[$0] <= $1.high ? 1.0 : 0 }
    coverage = inside
    errors = zip(out, usual).map { abs(y[$0] - $1.value) }
  }

  /// 1 for each row of the reference whose target its interval holds, else 0.
  let coverage: [Double]
  /// Absolute errors on the reference.
  let errors: [Double]

  /// The stream in windows of `size`, in its order; what is left over joins the last one.
  ///
  /// - Throws: `TensorError`.
  func windows(
    _ x: FeatureMatrix, _ targets: [Double], size: Int, alarm: Double, _ seed: Seed
  ) throws -> (predictions: [BootstrapIntervals.Prediction], windows: [Window]) {
    let predictions = try intervals.predict(x, level: level)
    let count = max(1, x.count / max(size, 1))
    let rule = WidthAlarm(
      usual.map(\.width), window: min(size, x.count), rate: alarm, seed.child("alarm"))
    let windows = try (0..<count).map { index -> Window in
      let rows = index * size..<(index + 1 == count ? x.count : (index + 1) * size)
      let width = predictions[rows].map(\.width).mean
      let errors = rows.filter { targets[$0].isFinite }
        .map { abs(targets[$0] - predictions[$0].value) }
      return Window(
        rows: rows, width: width, isWide: rule(width),
        drift: try FeatureDrift(x.rows(Array(rows)), from: reference),
        error: errors.isEmpty ? nil : errors.mean)
    }
    return (predictions, windows)
  }

  /// What each feature adds to the mean width on the way from the reference to the stream: the mean Shapley values
  /// of boosted trees that predict the width.
  ///
  /// - Throws: `TensorError`.
  func drivers(
    _ x: FeatureMatrix, _ widths: [Double], rows: Int = 200, background: Int = 60, _ seed: Seed
  ) throws -> (rise: [Double], size: [Double]) {
    let all = FeatureMatrix(
      names: x.names, values: reference.values + x.values, count: reference.count + x.count)
    let learned = try BoostedTrees().fit(
      all, usual.map(\.width) + widths, rows: Array(0..<all.count))
    guard let fit = learned as? BoostedTrees.Fit else {
      return (x.names.map { _ in 0 }, x.names.map { _ in 0 })
    }
    let before = reference.rows(
      Array(shuffled(reference.count, seed.child("background")).prefix(background)))
    let after = x.rows(Array(shuffled(x.count, seed.child("rows")).prefix(rows)))
    let values = ShapleyValues(trees: fit.trees, background: before).values(after)
    return (
      x.names.indices.map { feature in values.map { $0[feature] }.mean },
      x.names.indices.map { feature in values.map { abs($0[feature]) }.mean }
    )
  }
}
