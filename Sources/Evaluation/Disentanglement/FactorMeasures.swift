import Datasets
import Learning
import Torch

/// Measures of codes against the true factors of test examples; none for sources whose factors are not known.
extension Measure {
  /// All of them, the mutual information gap first.
  static let ofFactors: [Measure] = [
    .gap, .predictability, .disentanglement, .completeness, .informativeness, .vote, .robustness,
    .modularity, .infoModularity, .infoExplicitness, .infoCompactness, .totalCorrelation,
  ]

  static let gap = Measure(
    id: "mig", title: "mutual information gap of codes in 20 bins", unit: "", direction: .higher
  ) { subject in
    try subject.factored { table, _ in try MutualInformation(table).gap() }
  }

  static let modularity = Measure(
    id: "modularity", title: "modularity of codes in 20 bins", unit: "", direction: .higher
  ) { subject in
    try subject.factored { table, _ in try MutualInformation(table).modularity() }
  }

  static let infoModularity = Measure(
    id: "info-m", title: "InfoM, modularity by information", unit: "", direction: .higher
  ) { subject in
    try subject.factored { table, _ in try InfoMEC(table).modularity }
  }

  static let infoExplicitness = Measure(
    id: "info-e", title: "InfoE, explicitness by information", unit: "", direction: .higher
  ) { subject in
    try subject.factored { table, _ in try InfoMEC(table).explicitness }
  }

  static let infoCompactness = Measure(
    id: "info-c", title: "InfoC, compactness by information", unit: "", direction: .higher
  ) { subject in
    try subject.factored { table, _ in try InfoMEC(table).compactness }
  }

  static let predictability = Measure(
    id: "sap", title: "separated attribute predictability", unit: "", direction: .higher
  ) { subject in
    try subject.factored { table, seed in
      let (train, test) = table.halves(seed)
      return try SeparatedPredictability(train: train, test: test).score()
    }
  }

  static let disentanglement = Measure(
    id: "dci", title: "disentanglement by L1 linear models", unit: "", direction: .higher
  ) { subject in
    try subject.factored { try DCI($0, seed: $1).disentanglement }
  }

  static let completeness = Measure(
    id: "completeness", title: "completeness by L1 linear models", unit: "", direction: .higher
  ) { subject in
    try subject.factored { try DCI($0, seed: $1).completeness }
  }

  static let informativeness = Measure(
    id: "informativeness", title: "what L1 linear models tell of the factors", unit: "",
    direction: .higher
  ) { subject in
    try subject.factored { try DCI($0, seed: $1).informativeness }
  }

  static let vote = Measure(
    id: "factor-vae", title: "the FactorVAE score, 800 votes of 64 examples", unit: "",
    direction: .higher
  ) { subject in
    try subject.factored { try FactorVote().score($0, seed: $1) }
  }

  static let robustness = Measure(
    id: "irs", title: "interventional robustness", unit: "", direction: .higher
  ) { subject in
    try subject.factored { table, _ in try InterventionalRobustness(table).score }
  }

  static let totalCorrelation = Measure(
    id: "total-correlation", title: "total correlation of the codes as normal ones", unit: "nats",
    direction: .lower
  ) { subject in
    try subject.factored { table, _ in try TotalCorrelation.ofNormal(table.codes) }
  }
}

extension DCI {
  /// The scores of a table whose halves are drawn by `seed`.
  fileprivate init(_ table: FactoredCodes, seed: Seed) throws {
    let (train, test) = table.halves(seed)
    try self.init(train: train, test: test)
  }
}

extension Measure.Subject {
  /// What a measure makes of the codes of test examples with the factors that vary among them; nothing without
  /// either, or where the figure is infinite.
  func factored(_ body: (FactoredCodes, Seed) throws -> Double) throws -> [Double]? {
    let examples = source.test.prefix(5 * few)
    guard let rows = examples.factors(), rows.count > 1, let codes = try codes(of: .test)
    else { return nil }
    let kinds = source.domain.factors
    let varying = rows[0].indices.filter { factor in
      rows.contains { $0[factor] != rows[0][factor] }
    }
    guard !varying.isEmpty else { return nil }
    let factors = Tensor(
      rows.flatMap { row in varying.map { row[$0] } }, shape: [rows.count, varying.count])
    let real = varying.map { $0 < kinds.count && kinds[$0].values == 0 }
    let table = try FactoredCodes(codes[0..<rows.count], factors, real: real)
    let figure = try body(table, seed.child("factors"))
    return figure.isFinite ? [figure] : nil
  }
}
