import Evaluation
import Foundation

/// The interval that needs as little as one resample.
///
/// The estimate and its resamples err alike, so their differences stand in for its error, and
/// Student's t with one degree of freedom for each resample for what few differences leave unknown.
///
/// - Source: Lam, *A cheap bootstrap method for fast inference*, 2022, eq. 3; Lam & Liu, 2022.
struct CheapInterval {
  let estimate: Double
  /// Root mean square deviation of the resamples from the estimate.
  let deviation: Double
  let resamples: Int

  init(_ estimate: Double, _ resampled: [Double]) {
    self.estimate = estimate
    resamples = resampled.count
    deviation =
      resampled.map { ($0 - estimate) * ($0 - estimate) }.mean.squareRoot()
  }

  func interval(_ level: Double) -> Interval {
    let reach = studentQuantile(0.5 + level / 2, degrees: Double(resamples)) * deviation
    return Interval(low: estimate - reach, high: estimate + reach, level: level)
  }

  /// The two-sided p-value of a true value of zero.
  var p: Double {
    guard deviation > 0 else { return estimate == 0 ? 1 : 0 }
    return studentTwoSided(estimate / deviation, degrees: Double(resamples))
  }

  /// The expected width over that with endless resamples.
  static func relativeWidth(_ resamples: Int, _ level: Double) -> Double {
    let degrees = Double(resamples)
    let chi = exp(lgamma((degrees + 1) / 2) - lgamma(degrees / 2)) * (2 / degrees).squareRoot()
    return studentQuantile(0.5 + level / 2, degrees: degrees) * chi
      / normalQuantile(0.5 + level / 2)
  }
}
