import Files
import Foundation
import Probability
import Torch

/// Factor structures of the graphs along a path of thresholds, and the one that Schwarz's criterion chooses.
///
/// - Source: Kim & Zhou, ICML 2023, arXiv:2203.01471.
/// - Departs: the smallest clique has three variables, so that its factor is identified on its own; the
///   likelihood of every structure is raised for a few steps, and of the best few until it stays.
struct ThresholdPath {
  /// Thresholds to try where there are more than ten variables; else each at which the graph changes.
  var thresholds = 50
  /// The one threshold to use, instead of many.
  var only: Double?
  var smallest = 3
  var mostFactors = 60
  /// Steps for every structure, and how many of them are fitted to the end.
  var screening = (steps: 10, kept: 5)
  var steps = 300

  /// One structure of the path.
  struct Point {
    let threshold: Double
    let model: FactorModel
    let bic: Double
    /// Whether it was fitted to the end.
    var isFitted = false
  }

  /// The structures along the path with their criteria, by threshold; empty where no graph has one.
  ///
  /// - Throws: `TensorError`.
  func points(_ standardised: Tensor, progress: (Int, Int) -> Void = { _, _ in }) throws -> [Point]
  {
    let matrix = Correlations.matrix(standardised)
    let correlations = try matrix.values(as: Double.self)
    let data = Correlations(standardised, matrix: matrix)
    let analysis = FactorEM(data: data)
    let candidates = structures(correlations, data.variables)
    var points: [Point] = []
    for (place, (threshold, cliques)) in candidates.enumerated() {
      progress(place, candidates.count + screening.kept)
      let start = Self.start(cliques, correlations, data.variables)
      guard let model = try? analysis.fit(start, steps: screening.steps) else { continue }
      points.append(Point(threshold: threshold, model: model, bic: model.bic(rows: data.rows)))
    }
    let order = points.indices.sorted { points[$0].bic < points[$1].bic }
    for (done, place) in order.prefix(screening.kept).enumerated() {
      progress(candidates.count + done, candidates.count + screening.kept)
      guard let model = try? analysis.fit(points[place].model, steps: steps) else { continue }
      points[place] = Point(
        threshold: points[place].threshold, model: model, bic: model.bic(rows: data.rows),
        isFitted: true)
    }
    return points
  }

  /// The different structures along the path, each with the lowest threshold that gives it.
  func structures(
    _ correlations: [Double], _ variables: Int
  ) -> [(threshold: Double, cliques: [IndependentClique])] {
    var seen: Set<[[Int]]> = []
    var found: [(Double, [IndependentClique])] = []
    for threshold in grid(correlations, variables) {
      let cliques = CorrelationGraph(correlations, variables: variables, above: threshold)
        .independentCliques(smallest: smallest)
      guard (1...mostFactors).contains(cliques.count) else { continue }
      let structure = FactorStructure(members: cliques.map(\.members), variables: variables)
      guard structure.parameters <= variables * (variables + 1) / 2,
        seen.insert(structure.members).inserted
      else { continue }
      found.append((threshold, cliques))
    }
    return found
  }

  private func grid(_ correlations: [Double], _ variables: Int) -> [Double] {
    if let only { return [only] }
    var sizes: [Double] = []
    for i in 0..<variables { for j in 0..<i { sizes.append(abs(correlations[i * variables + j])) } }
    let largest = sizes.max() ?? 0
    guard variables > 10 else { return [0] + Set(sizes).sorted().dropLast() }
    return (0..<thresholds).map { largest * Double($0) / Double(thresholds) }
  }

  /// Loadings by the centroid of each clique's owners, where factors start uncorrelated.
  static func start(
    _ cliques: [IndependentClique], _ correlations: [Double], _ p: Int
  ) -> FactorModel {
    let k = cliques.count
    var loadings = [Double](repeating: 0, count: p * k)
    for (factor, clique) in cliques.enumerated() {
      let base = clique.owners.count > 2 ? clique.owners : clique.members
      let signs = base.map { correlations[base[0] * p + $0] < 0 ? -1.0 : 1.0 }
      var total = 0.0
      for (i, a) in base.enumerated() {
        for (j, b) in base.enumerated() where i != j {
          total += signs[i] * signs[j] * correlations[a * p + b]
        }
      }
      let mean = max(0.05, total / Double(base.count * (base.count - 1))).squareRoot()
      for variable in clique.members {
        var sum = 0.0
        for (j, other) in base.enumerated() where other != variable {
          sum += signs[j] * correlations[variable * p + other]
        }
        let others = base.contains(variable) ? base.count - 1 : base.count
        loadings[variable * k + factor] = min(0.95, max(-0.95, sum / (Double(others) * mean)))
      }
    }
    let structure = FactorStructure(members: cliques.map(\.members), variables: p)
    for factors in structure.factorsByVariable.enumerated() where factors.element.count > 1 {
      for factor in factors.element {
        loadings[factors.offset * k + factor] /= Double(factors.element.count)
      }
    }
    return FactorModel(structure, loadings: loadings)
  }
}
