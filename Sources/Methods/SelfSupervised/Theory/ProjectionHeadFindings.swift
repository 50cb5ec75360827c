import Evaluation
import Foundation
import Torch

extension ProjectionHeadTheory {
  /// The deviation of the logs of weights.
  static func inequality(_ weights: [Double]) -> Double {
    weights.map(log).variance.squareRoot()
  }

  /// The table and the charts of the maps up to each layer, with errors of tasks below the head and after it.
  ///
  /// - Throws: `TensorError`.
  func findings(
    _ layers: [Tensor], below: [Double], head: [Double]
  ) throws -> Findings {
    let found = try layers.map(weights)
    let unequal = found.map(Self.inequality)
    let better = (0..<features).filter { below[$0] < head[$0] }.count
    var findings = Findings(
      String(
        format:
          "The logs of the features' weights deviate by %.2f below the head and by %.2f after it; of tasks of one "
          + "feature, %d of %d are learned better below the head.",
        unequal[depth - 2], unequal[depth - 1], better, features))
    let errors = (1...depth).flatMap { layer in
      zip(found[layer - 1], predicted(layer)).map { abs(log($0 / $1)) }
    }
    findings.add("mean distance of log weights from the closed form", errors.mean)
    findings.add(
      table: "Squared weights of features, and errors of tasks with \(labels) labels",
      [
        "coefficient", "below the head", "closed form", "after the head", "closed form",
        "error below", "error after",
      ],
      coefficients.indices.map { i in
        [
          .number(coefficients[i]), .number(found[depth - 2][i]), .number(predicted(depth - 1)[i]),
          .number(found[depth - 1][i]), .number(predicted(depth)[i]), .number(below[i]),
          .number(head[i]),
        ]
      })
    findings.add(
      chart: "Weights by layer", x: "log10 coefficient", y: "log10 squared weight",
      (1...depth).map { layer in
        Findings.Curve(
          "layer \(layer)", x: coefficients.map(log10), y: found[layer - 1].map(log10))
      })
    findings.add(
      chart: "Tasks of one feature", x: "log10 coefficient", y: "squared error",
      [
        Findings.Curve("below the head", x: coefficients.map(log10), y: below),
        Findings.Curve("after the head", x: coefficients.map(log10), y: head),
      ])
    return findings
  }
}
