import Foundation
import Probability
import Torch

/// The usual way to a factor structure: parallel analysis for the number, varimax or sparse components for
/// the zeros.
///
/// - Source: Horn, Psychometrika 30, 1965; Kaiser, Psychometrika 23, 1958; Shen & Huang, *Sparse principal
///   component analysis via regularized low rank matrix approximation*, J. Multivariate Analysis 99, 2008.
struct FactorRivals {
  let standardised: Tensor
  let correlations: Correlations
  let matrix: Tensor

  init(_ standardised: Tensor) {
    self.standardised = standardised
    matrix = Correlations.matrix(standardised)
    correlations = Correlations(standardised, matrix: matrix)
  }

  private var rows: Int { standardised.size(0) }
  private var variables: Int { standardised.size(1) }

  /// The number of leading eigenvalues above the 95% quantile of those of independent variables.
  ///
  /// - Throws: `TensorError`.
  func parallelAnalysis(draws: Int, _ random: RandomStream) throws -> Int {
    let own = try descending(matrix)
    let null = try (0..<draws).map { _ in
      let noise = random.normal([rows, variables], type: .float64)
      return try descending(Correlations.matrix(VariableTable.standardised(noise)))
    }
    return own.indices.first { place in
      own[place] <= null.map { $0[place] }.quantile(0.95)
    } ?? own.count
  }

  private func descending(_ matrix: Tensor) throws -> [Double] {
    try matrix.symmetricEigenvalues().values(as: Double.self).reversed()
  }

  /// Varimax loadings of the maximum-likelihood factor model without zeros, `[p, k]`.
  ///
  /// - Throws: `TensorError`.
  func varimax(factors k: Int) throws -> [Double] {
    let eigen = matrix.symmetricEigen()
    let values = eigen.values.sliced(0, variables - k, variables).clamped(atLeast: 1e-6)
    let vectors = eigen.vectors.sliced(1, variables - k, variables)
    let start = try (vectors * values.squareRoot()).contiguous().values(as: Double.self)
    let all = FactorStructure(
      members: [[Int]](repeating: Array(0..<variables), count: k), variables: variables)
    var analysis = FactorEM(data: correlations)
    analysis.isOblique = false
    let model = try analysis.fit(FactorModel(all, loadings: start), steps: 300)
    return try rotated(Tensor(model.loadings, shape: [variables, k])).values(as: Double.self)
  }

  /// The varimax rotation of `[p, k]`, with Kaiser's weights of rows.
  private func rotated(_ loadings: Tensor) throws -> Tensor {
    let lengths = loadings.squared().sum(over: 1, keep: true).squareRoot().clamped(atLeast: 1e-12)
    let unit = loadings / lengths
    var rotation = Tensor.identity(loadings.size(1), type: .float64)
    var before = 0.0
    for _ in 0..<200 {
      let turned = unit.matmul(rotation)
      let pull = turned.power(3) - turned * turned.squared().mean(over: 0, keep: true)
      let (u, s, vt) = unit.transposed().matmul(pull).svd()
      rotation = u.matmul(vt)
      let sum = try s.sum().value()
      if sum < before * (1 + 1e-8) { break }
      before = sum
    }
    return (unit.matmul(rotation) * lengths).contiguous()
  }

  /// Sparse component weights `[p, k]`: rank-one fits with soft-thresholded weights, one after another.
  ///
  /// - Parameter penalty: Share of the largest weight below which a weight is zero.
  /// - Throws: `TensorError`.
  func sparseComponents(factors k: Int, penalty: Double) throws -> [Double] {
    var rest = standardised
    var columns: [Tensor] = []
    for _ in 0..<k {
      let eigen = rest.transposed().matmul(rest).symmetricEigen()
      var weights = eigen.vectors.sliced(1, variables - 1, variables)  // [p, 1]
      for _ in 0..<100 {
        let scores = rest.matmul(weights)
        let raw = rest.transposed().matmul(scores / scores.norm())
        let size = raw.abs()
        let kept = (size - size.max() * penalty).relu() * raw.sign()
        let next = kept / kept.norm()
        let change = try (next - weights).norm().value()
        weights = next
        if change < 1e-6 { break }
      }
      columns.append(weights)
      let scores = rest.matmul(weights)
      rest = rest - scores.matmul(weights.transposed())
    }
    return try Tensor.concatenate(columns, along: 1).contiguous().values(as: Double.self)
  }

  /// The zeros that Schwarz's criterion of the factor model chooses among those of `candidates`.
  ///
  /// - Throws: `TensorError`.
  func chosen(_ candidates: [[Double]], factors k: Int) throws -> FactorStructure {
    let analysis = FactorEM(data: correlations)
    var best: (bic: Double, structure: FactorStructure)?
    for loadings in candidates {
      let members = (0..<k).map { factor in
        (0..<variables).filter { loadings[$0 * k + factor] != 0 }
      }
      let structure = FactorStructure(members: members, variables: variables)
      let start = FactorModel(structure, loadings: loadings)
      guard let model = try? analysis.fit(start, steps: 300) else { continue }
      let bic = model.bic(rows: rows)
      if bic < best?.bic ?? .infinity { best = (bic, structure) }
    }
    return best?.structure ?? FactorStructure(members: [], variables: variables)
  }
}

extension FactorStructure {
  /// How well the loadings that are not zero agree with those of `truth`, each factor matched with one:
  /// the harmonic mean of precision and recall.
  func f1(of truth: FactorStructure) -> Double {
    let mine = members.map(Set.init)
    let theirs = truth.members.map(Set.init)
    var pairs: [(hits: Int, i: Int, j: Int)] = []
    for (i, one) in mine.enumerated() {
      for (j, other) in theirs.enumerated() { pairs.append((one.intersection(other).count, i, j)) }
    }
    var (used, taken, hits) = (Set<Int>(), Set<Int>(), 0)
    for pair in pairs.sorted(by: { ($0.hits, $1.i, $1.j) > ($1.hits, $0.i, $0.j) })
    where !used.contains(pair.i) && !taken.contains(pair.j) {
      used.insert(pair.i)
      taken.insert(pair.j)
      hits += pair.hits
    }
    let total = mine.reduce(0) { $0 + $1.count } + theirs.reduce(0) { $0 + $1.count }
    return total == 0 ? 1 : 2 * Double(hits) / Double(total)
  }
}
