import Datasets
import Evaluation
import Foundation
import Torch

/// How far a window of a stream is from a reference, feature by feature.
struct FeatureDrift {
  /// The largest gap between distribution functions, of each feature.
  let gaps: [Double]
  /// The smallest p-value of the features' gaps, corrected for their number.
  let p: Double
  /// The population stability index of each feature.
  let indices: [Double]

  /// - Throws: `TensorError`.
  init(_ window: FeatureMatrix, from reference: FeatureMatrix) throws {
    let pairs = (0..<window.width).map { (window.column($0), reference.column($0)) }
    let tests = pairs.map { TwoSampleTest($0.0, $0.1) }
    gaps = tests.map(\.distance)
    p = min(1, (try tests.map { try $0.p() }.min() ?? 1) * Double(max(tests.count, 1)))
    indices = pairs.map { stabilityIndex($0.0, from: $0.1) }
  }
}

/// The population stability index: Σ (p − q) ln(p / q) over the tenths of the reference.
///
/// - Source: Siddiqi, *Credit Risk Scorecards*, 2006; above 0.25 is its usual alarm. An empty tenth counts as 0.0001.
func stabilityIndex(_ window: [Double], from reference: [Double]) -> Double {
  let cuts = Array(Set(reference.quantiles((1..<10).map { Double($0) / 10 }))).sorted()
  func shares(_ values: [Double]) -> [Double] {
    var counts = Array(repeating: 0.0, count: cuts.count + 1)
    for value in values { counts[cuts.firstIndex { value <= $0 } ?? cuts.count] += 1 }
    return counts.map { max($0 / Double(max(values.count, 1)), 1e-4) }
  }
  return zip(shares(window), shares(reference)).map { ($0 - $1) * log($0 / $1) }.reduce(0, +)
}

/// When the widths of a window are larger than chance lets them be.
struct WidthAlarm {
  /// Mean width of the reference.
  let usual: Double
  /// How far above it a window's mean may be.
  let reach: Double

  /// - Parameter rate: Share of windows of the reference itself that would alarm.
  init(_ widths: [Double], window: Int, rate: Double, replicates: Int = 1000, _ seed: Seed) {
    usual = widths.mean
    let differences = (0..<replicates).map { replicate -> Double in
      var random = SplitMix(seed.child(replicate))
      func mean(_ count: Int) -> Double {
        (0..<count).reduce(0) { sum, _ in sum + widths[random.below(widths.count)] } / Double(count)
      }
      return mean(window) - mean(widths.count)
    }
    reach = differences.quantile(1 - rate)
  }

  /// Whether windows of this mean width alarm.
  func callAsFunction(_ width: Double) -> Bool { width > usual + reach }
}
