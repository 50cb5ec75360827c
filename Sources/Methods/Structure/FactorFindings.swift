import Evaluation
import Foundation
import Probability
import Torch

/// A chosen factor structure as figures, tables and charts.
struct FactorFindings {
  let table: VariableTable
  let standardised: Tensor
  let best: ThresholdPath.Point
  let points: [ThresholdPath.Point]
  /// Standard errors of the loadings, row-major `[p, k]`.
  let errors: [Double]?
  let level: Double

  private var model: FactorModel { best.model }
  private var factors: Int { model.structure.factors }
  private var alone: [String] {
    let support = model.structure.factorsByVariable
    return table.names.indices.filter { support[$0].isEmpty }.map { table.names[$0] }
  }

  /// All that is to be said.
  ///
  /// - Throws: `TensorError`.
  var findings: Findings {
    get throws {
      var findings = Findings(conclusion)
      findings.add("factors", Double(factors))
      findings.add("threshold", best.threshold)
      findings.add("variables with a factor", Double(table.names.count - alone.count))
      findings.add("variables with several factors", Double(shared))
      findings.add("rows", Double(table.rows))
      findings.add("log-likelihood", model.logLikelihood, unit: "nats")
      findings.add("BIC", best.bic)
      findings.add("root mean square residual correlation", try residual)
      addLoadings(&findings)
      try addCorrelations(&findings)
      addPath(&findings)
      return findings
    }
  }

  private var shared: Int { model.structure.factorsByVariable.count { $0.count > 1 } }

  private var conclusion: String {
    let noun = factors == 1 ? "factor accounts" : "factors account"
    var text =
      "\(factors) \(noun) for \(table.names.count - alone.count) of \(table.names.count) variables, "
      + String(format: "at a threshold of %.3f.", best.threshold)
    if !alone.isEmpty {
      let names = alone.prefix(5).joined(separator: ", ")
      text += " No factor: \(names)\(alone.count > 5 ? " and others" : "")."
    }
    let rivals = points.filter { $0.isFitted && $0.bic > best.bic && $0.bic < best.bic + 10 }
    if let rival = rivals.min(by: { $0.bic < $1.bic }) {
      text += String(
        format:
          " A structure with \(rival.model.structure.factors) factors is only %.1f worse in BIC: "
          + "more rows would tell them apart.", rival.bic - best.bic)
    }
    return text
  }

  /// The root mean square of what the model leaves of the correlations.
  private var residual: Double {
    get throws {
      let p = Double(table.names.count)
      let rest = Correlations.matrix(standardised) - model.implied
      let off = try (rest.squared().sum() - rest.diagonal().squared().sum()).value()
      return (off / (p * (p - 1))).squareRoot()
    }
  }

  private func addLoadings(_ findings: inout Findings) {
    let k = factors
    let width = normalQuantile(0.5 + level / 2)
    var rows: [[Findings.Cell]] = []
    for (factor, members) in model.structure.members.enumerated() {
      for variable in members {
        let value = model.loadings[variable * k + factor]
        var row: [Findings.Cell] = [
          .word(table.names[variable]), .word("\(factor + 1)"), .number(value),
        ]
        if let errors {
          let half = width * errors[variable * k + factor]
          row += [.number(value - half), .number(value + half)]
        }
        rows.append(row + [.number(model.uniquenesses[variable])])
      }
    }
    let bounds = errors == nil ? [] : ["low", "high"]
    findings.add(
      table: "Members of each factor", ["variable", "factor", "loading"] + bounds + ["uniqueness"],
      rows)
    let support = model.structure.factorsByVariable
    findings.add(
      table: "Loading matrix, empty where it is zero",
      ["variable"] + (1...k).map { "factor \($0)" },
      table.names.indices.map { variable in
        [.word(table.names[variable])]
          + (0..<k).map { factor in
            support[variable].contains(factor)
              ? .number(model.loadings[variable * k + factor]) : ""
          }
      })
  }

  private func addCorrelations(_ findings: inout Findings) throws {
    let values = try model.correlations.values(as: Double.self)
    findings.add(
      table: "Correlations of the factors", ["factor"] + (1...factors).map(String.init),
      (0..<factors).map { row in
        [.word("\(row + 1)")] + (0..<factors).map { .number(values[row * factors + $0]) }
      })
  }

  private func addPath(_ findings: inout Findings) {
    let x = points.map(\.threshold)
    findings.add(
      table: "Structures along the path", ["threshold", "factors", "BIC", "fitted"],
      points.map {
        [
          .number($0.threshold), .word("\($0.model.structure.factors)"), .number($0.bic),
          .word($0.isFitted ? "to the end" : "a few steps"),
        ]
      })
    findings.add(
      chart: "Schwarz's criterion along the path", x: "threshold", y: "BIC",
      [.init("BIC", x: x, y: points.map(\.bic))])
    findings.add(
      chart: "Factors along the path", x: "threshold", y: "factors",
      [.init("factors", x: x, y: points.map { Double($0.model.structure.factors) })])
  }
}
