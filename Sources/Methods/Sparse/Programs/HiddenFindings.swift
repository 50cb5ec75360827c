import Evaluation
import Foundation
import Torch

/// What was found in a world of cells.
struct WorldFindings {
  /// One set of embeddings.
  struct Row {
    let embedding: ProgramTrial.Embedding
    let width: Int
    /// The correlation of each program with its unit, by arm.
    var correlations: [HiddenTrial.Arm: [Double]] = [:]
    /// Share of the programs whose unit is named by their genes, by arm.
    var named: [HiddenTrial.Arm: Double] = [:]

    /// The mean over the programs.
    func mean(_ arm: HiddenTrial.Arm) -> Double { (correlations[arm] ?? []).mean }
  }

  let rows: [Row]
  /// The level of each program.
  let heights: [Int]
  private let arms = HiddenTrial.Arm.shown

  init(rows: [Row], heights: [Int]) { (self.rows, self.heights) = (rows, heights) }

  var findings: Findings {
    func figure(_ row: Row, _ arm: HiddenTrial.Arm) -> String {
      String(format: "%.2f", row.mean(arm))
    }
    var findings = Findings(
      rows.first.map { row in
        "In an \(row.embedding.rawValue) of \(row.width) numbers, \(heights.count) programs are followed with a mean "
          + "correlation of \(figure(row, .sparse)) by single units of a sparse autoencoder, of "
          + "\(figure(row, .neurons)) by single numbers, and of \(figure(row, .probe)) by a supervised probe."
      } ?? "Nothing was tried.")
    let names = arms.map(\.rawValue)
    findings.add(
      table: "Mean correlation of each program with its unit", ["embedding", "width"] + names,
      rows.map { row in
        [.word(row.embedding.rawValue), .number(Double(row.width))]
          + arms.map { .number(row.mean($0)) }
      })
    findings.add(
      table: "The same by the level of the program", ["embedding", "width", "level"] + names,
      rows.flatMap { row in
        Set(heights).sorted().map { level in
          [.word(row.embedding.rawValue), .number(Double(row.width)), .number(Double(level))]
            + arms.map { arm in
              let own = zip(row.correlations[arm] ?? [], heights).filter { $0.1 == level }
              return .number(own.map(\.0).mean)
            }
        }
      })
    let judged = arms.filter { $0 != .probe }
    findings.add(
      table: "Share of the programs whose unit is named by their genes",
      ["embedding", "width"] + judged.map(\.rawValue),
      rows.map { row in
        [.word(row.embedding.rawValue), .number(Double(row.width))]
          + judged.map { .number(row.named[$0] ?? .nan) }
      })
    for kind in ProgramTrial.Embedding.allCases {
      let own = rows.filter { $0.embedding == kind }.sorted { $0.width < $1.width }
      findings.add(
        chart: "Programs followed, \(kind.rawValue)", x: "numbers of the embedding",
        y: "mean correlation",
        arms.map { arm in
          Findings.Curve(
            arm.rawValue, x: own.map { Double($0.width) }, y: own.map { $0.mean(arm) })
        })
    }
    return findings
  }
}

/// What was found in a person's embeddings.
struct OwnFindings {
  /// A unit with its names.
  struct Unit {
    let place: Int
    /// Share of the examples in which it is active.
    let share: Double
    let annotation: AnnotationSets.Finding?
    let genes: AnnotationSets.Finding?

    /// The least probability of its names.
    var p: Double { min(annotation?.p ?? 1, genes?.p ?? 1) }
  }

  let own: OwnEmbeddings
  let naming: UnitNaming
  var units: [Unit] = []
  /// The correlation of each variable with its unit, by arm.
  var correlations: [HiddenTrial.Arm: [Double]] = [:]

  init(own: OwnEmbeddings, naming: UnitNaming) { (self.own, self.naming) = (own, naming) }

  /// The units of codes `[n, m]` that are ever active, those first that are told best.
  ///
  /// - Throws: `TensorError`.
  func names(_ codes: Tensor) throws -> [Unit] {
    let shares = try (codes .> 0).to(.float64).mean(over: 0).values(as: Double.self)
    return try shares.indices.filter { shares[$0] > 0 }.map { place in
      let unit = codes.selected(1, place).to(.float32).contiguous()
      return Unit(
        place: place, share: shares[place],
        annotation: try own.annotations.flatMap { try naming.name(unit, $0) },
        genes: try own.genes.flatMap { try naming.name(unit, $0.table, $0.sets) })
    }.sorted { ($0.p, $0.place) < ($1.p, $1.place) }
  }

  var findings: Findings {
    let named = units.count { $0.p < 1 }, arms = HiddenTrial.Arm.shown
    func mean(_ arm: HiddenTrial.Arm) -> Double { (correlations[arm] ?? []).mean }
    func figure(_ arm: HiddenTrial.Arm) -> String { String(format: "%.2f", mean(arm)) }
    let names = own.vectors.names
    let followed =
      names.isEmpty
      ? ""
      : "\(names.count) columns are followed with a mean correlation of \(figure(.sparse)) by single units of a sparse "
        + "autoencoder, of \(figure(.neurons)) by single numbers of the embedding, and of \(figure(.probe)) by a "
        + "supervised probe. "
    let left = own.leftOut > 0 ? " \(own.leftOut) columns that do not vary were left out." : ""
    var findings = Findings(
      followed + "\(named) of \(units.count) active units have a name that is told from chance."
        + left)
    if !names.isEmpty {
      for arm in arms { findings.add("mean correlation, \(arm.rawValue)", mean(arm)) }
      findings.add(
        table: "Correlation of each column with its unit", ["column"] + arms.map(\.rawValue),
        names.enumerated().map { place, name in
          [.word(name)] + arms.map { .number(correlations[$0]?[place] ?? .nan) }
        })
    }
    findings.add(
      table: "Units that are told best, by annotations and by gene sets",
      ["unit", "active", "annotation", "p of annotation", "gene set", "p of gene set"],
      units.filter { $0.p < 1 }.prefix(50).map { unit in
        [.number(Double(unit.place)), .number(unit.share)] + cells(unit.annotation)
          + cells(unit.genes)
      })
    return findings
  }

  private func cells(_ finding: AnnotationSets.Finding?) -> [Findings.Cell] {
    finding.map { [.word($0.name), .number($0.p)] } ?? ["", ""]
  }
}
