import Evaluation
import Foundation

/// When one training learned its features.
struct FeatureRace: Sendable {
  /// The share of its last strength at which a feature counts as learned.
  static let share = 0.5

  let depth: Int
  let target: PredictedTarget
  /// Regression coefficients of the features.
  let coefficients: [Double]
  let predicted: [Double]
  /// Infinite where a feature was not learned.
  let measured: [Double]
  let course: LearningCourse

  /// The log of the time of the feature with the least coefficient over that of the one with the greatest.
  func gap(_ times: [Double]) -> Double {
    guard let low = coefficients.indices.min(by: { coefficients[$0] < coefficients[$1] }),
      let high = coefficients.indices.max(by: { coefficients[$0] < coefficients[$1] })
    else { return .nan }
    return log(times[low] / times[high])
  }

  /// How far measured times are from those of the closed form, as the mean distance of their logs.
  var error: Double { zip(measured, predicted).map { abs(log($0 / $1)) }.mean }

  /// The rank correlation of speeds with coefficients.
  var order: Double { rankCorrelation(measured.map { -$0 }, coefficients) }
}

/// Races as figures, a table and charts.
struct FeatureRaceFindings {
  let study: JEPAImplicitBias
  let races: [FeatureRace]

  var findings: Findings {
    var findings = Findings(conclusion)
    findings.add("mean distance of log times from the closed form", races.map(\.error).mean)
    findings.add(
      table: "Time to half of the last strength",
      ["layers", "target", "coefficient", "predicted", "measured"], races.flatMap(rows))
    findings.add(
      chart: "Time of the least predictable feature over that of the most", x: "layers",
      y: "log ratio", PredictedTarget.allCases.flatMap(curves))
    for race in races where race.depth == study.depths.max() {
      findings.add(
        chart: "\(race.target.rawValue), \(race.depth) layers: strengths in the codes", x: "time",
        y: "strength",
        race.coefficients.enumerated().map { place, coefficient in
          Findings.Curve(
            "coefficient \(coefficient)", x: race.course.times,
            y: race.course.strengths.map { $0[place] })
        })
    }
    return findings
  }

  private func rows(_ race: FeatureRace) -> [[Findings.Cell]] {
    race.coefficients.indices.map { place in
      let measured = race.measured[place]
      return [
        .number(Double(race.depth)), .word(race.target.rawValue),
        .number(race.coefficients[place]), .number(race.predicted[place]),
        measured.isFinite ? .number(measured) : "never",
      ]
    }
  }

  private func gaps(_ target: PredictedTarget, _ depth: Int) -> [Double] {
    races.filter { $0.target == target && $0.depth == depth }.map { $0.gap($0.measured) }
      .filter(\.isFinite)
  }

  private func curves(_ target: PredictedTarget) -> [Findings.Curve] {
    let known = study.depths.filter { !gaps(target, $0).isEmpty }
    let predicted = known.compactMap { depth in
      races.first { $0.target == target && $0.depth == depth }.map { $0.gap($0.predicted) }
    }
    return [
      Findings.Curve(
        "\(target.rawValue), measured", x: known.map(Double.init),
        y: known.map { gaps(target, $0).mean }),
      Findings.Curve("\(target.rawValue), predicted", x: known.map(Double.init), y: predicted),
    ]
  }

  private var conclusion: String {
    guard let deepest = study.depths.max(), let low = study.coefficients.min(),
      let high = study.coefficients.max()
    else { return "" }
    func text(_ target: PredictedTarget) -> String? {
      let found = gaps(target, deepest)
      return found.isEmpty ? nil : String(format: "%.2f", exp(found.mean))
    }
    guard let codes = text(.codes), let inputs = text(.inputs) else {
      return "Some features were not learned; a smaller --jitter or a larger --start may help."
    }
    return
      "With \(deepest) layers, predicting codes takes \(codes) times as long to learn a feature with a regression "
      + "coefficient of \(low) as one with \(high), and predicting the other view takes \(inputs) times as long."
  }
}
