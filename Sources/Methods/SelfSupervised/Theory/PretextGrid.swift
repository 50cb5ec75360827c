import Evaluation
import Foundation
import Torch

/// Excess errors in one world: how far heads are from the best guess of the label, in mean squares over new examples.
struct PretextGrid {
  let dependence: Double
  /// By kind of features and number of labels, one figure for each set of labels.
  private(set) var errors: [PretextFeatures: [[Double]]] = [:]
  /// Of a head that has the best guess of every unlabelled example to learn from, by kind of features.
  private(set) var floors: [PretextFeatures: Double] = [:]
  /// Mean variance of a label given the first part.
  let noise: Double

  /// The world of `seed` at one dependence; centres are the same at all.
  ///
  /// - Throws: `TensorError`.
  init(study: PretextSSLTheory, dependence: Double, seed: Seed) throws {
    self.dependence = dependence
    let random = RandomStream(seed)
    let world = PretextWorld(
      clusters: study.clusters, dimension: study.dimension, separation: study.separation,
      dependence: dependence, random.child("world"))
    let pool = world.sample(study.unlabelled, random.child("unlabelled"))
    let test = world.sample(4000, random.child("test"))
    let encoders = try PretextEncoders(
      world, pool, functions: study.functions, random.child("functions"))
    let wanted = world.bestGuess(test.first)
    noise = try (wanted * (1 - wanted)).mean().value()
    for kind in PretextFeatures.allCases {
      let features = encoders(kind, test.first)
      func excess(_ x: Tensor, _ y: Tensor) throws -> Double {
        try (RidgeHead(encoders(kind, x), y)(features) - wanted).squared().mean().value()
      }
      floors[kind] = try excess(pool.first, world.bestGuess(pool.first))
      errors[kind] = try study.labels.map { count in
        try (0..<study.repeats).map { index in
          let labelled = world.sample(count, random.child("labelled \(count)").child(index))
          return try excess(labelled.first, labelled.labels)
        }
      }
    }
  }
}

/// Grids as figures, a table and charts.
struct PretextFindings {
  let study: PretextSSLTheory
  let grids: [PretextGrid]

  var findings: Findings {
    var findings = Findings(conclusion)
    for grid in grids {
      findings.add(
        "excess error without end of labels, dependence \(grid.dependence)",
        grid.floors[.pretext] ?? .nan)
    }
    findings.add(
      table: "Excess squared error of a linear head",
      ["dependence", "labels"] + PretextFeatures.allCases.map(\.rawValue), grids.flatMap(rows))
    for grid in grids {
      findings.add(
        chart: "Dependence \(grid.dependence)", x: "labels", y: "excess squared error",
        PretextFeatures.allCases.map { kind in
          Findings.Curve(
            kind.rawValue, x: study.labels.map(Double.init),
            y: (grid.errors[kind] ?? []).map(\.mean))
        })
    }
    return findings
  }

  private func rows(_ grid: PretextGrid) -> [[Findings.Cell]] {
    study.labels.indices.map { place in
      [.number(grid.dependence), .number(Double(study.labels[place]))]
        + PretextFeatures.allCases.map { .number(grid.errors[$0]?[place].mean ?? .nan) }
    }
  }

  private var conclusion: String {
    guard let least = grids.min(by: { $0.dependence < $1.dependence }),
      let most = study.labels.last,
      let wanted = least.errors[.functions]?.last?.mean
    else { return "" }
    let enough = study.labels.indices.first {
      (least.errors[.pretext]?[$0].mean ?? .infinity) <= wanted
    }
    let head = "At a dependence of \(least.dependence), "
    guard let enough else {
      return head
        + "the pretext's features do not reach with any number of labels what the same functions reach with "
        + "\(most)."
    }
    return head
      + "a head on what the pretext task has learned is with \(study.labels[enough]) labels as near to the best "
      + "guess as one on the same functions with \(most)."
  }
}
