import Evaluation
import Foundation

/// Whether two models that answered the same items differ, from the items that only one got right.
///
/// - Source: McNemar, *Note on the sampling error of the difference between correlated proportions*,
///   Psychometrika, 1947; the correction is Edwards', 1948.
struct McNemar {
  /// Items that only the first model got right.
  let onlyFirst: Int
  /// Items that only the second model got right.
  let onlySecond: Int
  let count: Int

  init(_ first: [Bool], _ second: [Bool]) {
    self.init(
      onlyFirst: zip(first, second).count { $0 && !$1 },
      onlySecond: zip(first, second).count { !$0 && $1 }, of: first.count)
  }

  init(onlyFirst: Int, onlySecond: Int, of count: Int) {
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
    self.count = count
  }

  var discordant: Int { onlyFirst + onlySecond }

  /// The binomial test of an even split: right for any counts, and cautious for small ones.
  var exact: Double { evenSplitTail(onlyFirst, of: discordant) }

  /// The chi-square statistic with Edwards' correction, and its p-value.
  var corrected: (statistic: Double, p: Double) {
    guard discordant > 0 else { return (0, 1) }
    let gap = Double(abs(onlyFirst - onlySecond)) - 1
    let statistic = gap * gap / Double(discordant)
    return (statistic, chiSquareTail(statistic, degrees: 1))
  }

  /// Whether the chi-square distribution is too rough for the counts.
  var needsExact: Bool { discordant < 25 }

  /// The p-value that suits the counts.
  var p: Double { needsExact ? exact : corrected.p }

  /// The difference of the two accuracies.
  ///
  /// - Source: Agresti & Min, *Simple improved confidence intervals for comparing matched
  ///   proportions*, Statistics in Medicine, 2005: half an item more in each cell.
  func difference(_ level: Double) -> Estimate {
    let b = Double(onlyFirst) + 0.5, c = Double(onlySecond) + 0.5, n = Double(count) + 2
    let centre = (b - c) / n
    let error = (b + c - (b - c) * (b - c) / n).squareRoot() / n
    let reach = normalQuantile(0.5 + level / 2) * error
    return Estimate(
      value: Double(onlyFirst - onlySecond) / Double(count),
      interval: Interval(low: centre - reach, high: centre + reach, level: level))
  }
}

/// Whether any of several models that answered the same items differs from the others.
///
/// - Source: Cochran, *The comparison of percentages in matched samples*, Biometrika, 1950.
struct CochranQ {
  let statistic: Double
  let degrees: Int
  let p: Double

  /// The test of `hits`, `[model][item]`.
  init(_ hits: [[Bool]]) {
    let models = Double(hits.count)
    let columns = hits.map { Double($0.count { $0 }) }
    var spread = 0.0
    for item in (hits.first ?? []).indices {
      let row = Double(hits.count { $0[item] })
      spread += row * (models - row)
    }
    let total = columns.reduce(0, +)
    let between = models * columns.reduce(0) { $0 + $1 * $1 } - total * total
    degrees = hits.count - 1
    statistic = spread > 0 ? (models - 1) * between / spread : 0
    p = spread > 0 ? chiSquareTail(statistic, degrees: degrees) : 1
  }
}
