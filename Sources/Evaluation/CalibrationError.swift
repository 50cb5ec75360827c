import Foundation

/// How far the confidence of a classifier is from how often it is right.
public enum CalibrationError {
  /// The expected calibration error, from 0 to 1.
  ///
  /// Over equal bins of confidence, it is the mean gap between mean confidence and share of right answers, weighted
  /// with how many examples a bin has.
  ///
  /// - Source: Guo, Pleiss, Sun & Weinberger, *On calibration of modern neural networks*, ICML 2017, eq. 3.
  /// - Parameters:
  ///   - rows: log p(class) of each example, `[n][classes]`, nats.
  ///   - labels: The class of each example.
  public static func expected(_ rows: [[Double]], labels: [Int], bins: Int = 15) -> Double {
    var sums = [(count: Double, confidence: Double, right: Double)](
      repeating: (0, 0, 0), count: bins)
    for (row, label) in zip(rows, labels) {
      guard let top = row.indices.max(by: { row[$0] < row[$1] }) else { continue }
      let confidence = exp(row[top])
      // Bins are closed above, as in the paper.
      let bin = min(max(Int((confidence * Double(bins)).rounded(.up)) - 1, 0), bins - 1)
      sums[bin].count += 1
      sums[bin].confidence += confidence
      sums[bin].right += top == label ? 1 : 0
    }
    let gaps = sums.map { abs($0.confidence - $0.right) }
    return gaps.reduce(0, +) / Double(max(1, min(rows.count, labels.count)))
  }
}
