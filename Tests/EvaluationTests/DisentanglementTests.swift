import Files
import Foundation
import Probability
import Testing
import Torch

@testable import Evaluation

/// All combinations of factor values, `repeats` times over, and what is made of them.
private struct Grid {
  let factors: Tensor
  let rows: [[Double]]

  init(_ sizes: [Int], repeats: Int = 1) {
    var rows: [[Double]] = [[]]
    for size in sizes { rows = rows.flatMap { row in (0..<size).map { row + [Double($0)] } } }
    rows = Array(repeating: rows, count: repeats).flatMap { $0 }
    self.rows = rows
    factors = Tensor(rows.flatMap { $0 }, shape: [rows.count, sizes.count])
  }

  func codes(_ make: ([Double]) -> [Double]) -> Tensor {
    let made = rows.map(make)
    return Tensor(made.flatMap { $0 }, shape: [made.count, made.first?.count ?? 0])
  }
}

/// Scores of codes whose relation to the factors is known.
@Suite struct DisentanglementTests {
  init() { Runtime.threads = 1 }

  /// One factor for each code, in another order and scale.
  private func aligned(real: Bool? = nil) throws -> FactoredCodes {
    let grid = Grid([2, 3, 5], repeats: 4)
    let codes = grid.codes { [-2 * $0[2], 3 * $0[0] + 1, 0.5 * $0[1]] }
    return try FactoredCodes(
      codes, grid.factors, real: real.map { Array(repeating: $0, count: 3) })
  }

  /// Two factors about 0, turned by 45°.
  private func turned() throws -> FactoredCodes {
    let grid = Grid([21, 21])
    let factors = grid.factors - 10
    let codes = grid.codes { [$0[0] + $0[1] - 20, $0[0] - $0[1]].map { $0 * 0.5.squareRoot() } }
    return try FactoredCodes(codes, factors, real: [true, true], bins: 21)
  }

  @Test func alignedCodesHaveFullScores() throws {
    let table = try aligned()
    let information = try MutualInformation(table)
    #expect(abs(try information.gap() - 1) < 1e-12)
    #expect(abs(try information.modularity() - 1) < 1e-12)
    let entropies = [2.0, 3, 5].map { log($0) }
    #expect(abs(try information.best() - entropies.mean) < 1e-12)
    #expect(try InterventionalRobustness(table).score == 1)
    #expect(try FactorVote().score(table, seed: Seed(1)) == 1)
    #expect(abs(try TotalCorrelation.ofNormal(table.codes)) < 1e-12)
  }

  /// The lasso takes the penalty off each weight of 1, so that its square is left of the error.
  @Test func alignedRealFactorsAreToldByOneCodeEach() throws {
    let table = try aligned(real: true)
    let scores = try DCI(train: table, test: table, regression: SparseRegression(penalty: 0.1))
    #expect(abs(scores.disentanglement - 1) < 1e-8)
    #expect(abs(scores.completeness - 1) < 1e-8)
    #expect(abs(scores.informativeness - 0.99) < 1e-9)
    let separated = try SeparatedPredictability(train: table, test: table)
    #expect(abs(try separated.score() - 1) < 1e-12)
  }

  /// A code that says nothing about a factor is right as often as its classes are few.
  @Test func alignedClassesAreAheadOfChance() throws {
    let grid = Grid([2, 3], repeats: 10)
    let codes = grid.codes { [5 - $0[1], 7 * $0[0]] }
    let table = try FactoredCodes(codes, grid.factors)
    let separated = try SeparatedPredictability(train: table, test: table)
    #expect(abs(try separated.score() - [1 - 1.0 / 2, 1 - 1.0 / 3].mean) < 1e-12)
    let scores = try DCI(train: table, test: table)
    #expect(abs(scores.disentanglement - 1) < 1e-8 && abs(scores.completeness - 1) < 1e-8)
    #expect(scores.informativeness == 1)
  }

  @Test func turnedCodesHaveNoLead() throws {
    let table = try turned()
    let scores = try DCI(train: table, test: table)
    #expect(abs(scores.disentanglement) < 1e-8 && abs(scores.completeness) < 1e-8)
    let separated = try SeparatedPredictability(train: table, test: table)
    #expect(abs(try separated.score()) < 1e-12)
    let half = try (separated.matrix - 0.5).abs().max().value()
    #expect(half < 1e-12)
    let information = try MutualInformation(table)
    #expect(try information.gap() < 0.05)
    #expect(try information.modularity() < 0.1)
    // Holding one factor leaves the other's half of the largest deviation.
    #expect(abs(try InterventionalRobustness(table, quantile: 1).score - 0.5) < 1e-12)
    let vote = try FactorVote().score(table, seed: Seed(2))
    #expect((0.42...0.58).contains(vote), "\(vote)")
  }

  @Test func noiseTellsNothing() throws {
    let random = RandomStream(Seed(3))
    let grid = Grid([2, 3], repeats: 700)
    let codes = random.uniform([grid.rows.count, 4], type: .float64)
    let table = try FactoredCodes(codes, grid.factors, real: [false, true])
    let information = try MutualInformation(table)
    #expect(try information.gap() < 0.01)
    let (train, test) = table.halves(Seed(4))
    #expect(try SeparatedPredictability(train: train, test: test).score() < 0.05)
    let scores = try DCI(train: train, test: test, regression: SparseRegression(penalty: 0.1))
    #expect(try scores.importances.abs().max().value() == 0)
    #expect((0.2...0.3).contains(scores.informativeness), "\(scores.informativeness)")
    #expect(try InterventionalRobustness(table, quantile: 1).score < 0.02)
    let vote = try FactorVote().score(table, seed: Seed(5))
    #expect((0.42...0.58).contains(vote), "\(vote)")
    #expect(try TotalCorrelation.ofNormal(codes) < 0.01)
  }

  @Test func informationIsTheEnumeratedSum() throws {
    let counts: [[Double]] = [[3, 1, 0], [2, 2, 6]]
    var pairs: [(Double, Double)] = []
    for (a, row) in counts.enumerated() {
      for (b, count) in row.enumerated() {
        pairs += Array(repeating: (Double(a), Double(b)), count: Int(count))
      }
    }
    let n = Double(pairs.count)
    var sum = 0.0
    for a in 0..<2 {
      for b in 0..<3 where counts[a][b] > 0 {
        let p = counts[a][b] / n, pa = counts[a].reduce(0, +) / n
        sum += p * log(p / (pa * (counts[0][b] + counts[1][b]) / n))
      }
    }
    let table = try FactoredCodes(
      Tensor(pairs.map(\.0), shape: [pairs.count, 1]),
      Tensor(pairs.map(\.1), shape: [pairs.count, 1]))
    let information = try MutualInformation(table)
    #expect(abs(try information.best() - sum) < 1e-12)
    #expect(abs(try information.gap() * information.entropies.value() - sum) < 1e-12)
  }

  /// The channel that says ±1 in noise of deviation 1, by quadrature.
  @Test func posteriorsSayWhatTheirChannelCarries() throws {
    func density(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }
    let step = 0.001
    let carried = stride(from: -10.0, to: 10, by: step).reduce(0) { sum, z in
      sum + step * density(z - 1) * log(2 * density(z - 1) / (density(z - 1) + density(z + 1)))
    }
    let grid = Grid([2], repeats: 5)
    let means = grid.codes { [2 * $0[0] - 1, 0] }
    let table = try FactoredCodes(means, grid.factors)
    let information = try MutualInformation(
      table, posteriors: Normal(mean: means, logVariance: means.zerosLike()), draws: 40_000,
      seed: Seed(6))
    let found = try information.matrix.values(as: Double.self)
    #expect(abs(found[0] - carried) < 0.01, "\(found[0]) for \(carried)")
    #expect(abs(found[1]) < 1e-9)
    let gap = try information.gap()
    #expect(abs(gap - carried / log(2)) < 0.02)
  }

  @Test func narrowPosteriorsOfAlignedCodesHaveTheFullGap() throws {
    let table = try aligned()
    let narrow = Normal(mean: table.codes, logVariance: table.codes.zerosLike() - 12)
    let information = try MutualInformation(table, posteriors: narrow, seed: Seed(7))
    #expect(abs(try information.gap() - 1) < 0.05)
  }

  @Test func totalCorrelationOfTwoIsThatOfTheirCorrelation() throws {
    let grid = Grid([7, 7])
    let codes = grid.codes { [$0[0], 0.6 * $0[0] + 0.8 * $0[1], 5] }
    let found = try TotalCorrelation.ofNormal(codes)
    #expect(abs(found + 0.5 * log(1 - 0.36)) < 1e-12)
    #expect(try TotalCorrelation.ofNormal(grid.codes { [$0[0], $0[0]] }) > 10)
  }

  @Test func aSamplerOfBatchesServesTheVote() throws {
    let random = RandomStream(Seed(8))
    let codes = random.uniform([500, 2], type: .float64)
    let score = try FactorVote().score(codes, factors: 2, seed: Seed(9)) { factors, _ in
      let batches = random.uniform([factors.count, 64, 2], type: .float64)
      let held = Tensor(factors.map(Int64.init)).oneHot(2).to(.float64).unsqueezed(1)
      return batches * (1 - held)
    }
    #expect(score == 1)
    let nothing = try FactorVote().score(codes * 0, factors: 2, seed: Seed(9)) { _, _ in codes }
    #expect(nothing == 0)
  }

  @Test func scoresAreGatheredAndFollowFromTheSeed() throws {
    let grid = Grid([3, 4], repeats: 20)
    let noise = RandomStream(Seed(10)).normal([grid.rows.count, 3], type: .float64)
    // The last unit is dead.
    let codes = (grid.codes { [$0[1], 2 * $0[0], 0] }) + noise * Tensor([0.1, 0.1, 0])
    let table = try FactoredCodes(codes, grid.factors)
    let posteriors = Normal(mean: codes, logVariance: codes.zerosLike() - 4)
    let scores = try DisentanglementScores(table, posteriors: posteriors, seed: Seed(1))
    #expect(scores == (try DisentanglementScores(table, posteriors: posteriors, seed: Seed(1))))
    #expect(scores.rows.count == 14 && scores.rows.allSatisfy { $0.value.isFinite })
    #expect(scores.gap > 0.7 && scores.vote == 1 && scores.robustness > 0.7)
    #expect(scores.disentanglement > 0.9 && scores.informativeness > 0.9)
    let without = try DisentanglementScores(table, seed: Seed(1))
    #expect(without.posteriorGap == nil && without.rows.count == 13)
  }

  @Test func scoresWithAnInfiniteTotalCorrelationAreReadBackAsWritten() throws {
    let grid = Grid([3, 4], repeats: 20)
    // The second unit is the first, in powers of two without rounding.
    let table = try FactoredCodes(grid.codes { [$0[0], 2 * $0[0], $0[1]] }, grid.factors)
    let scores = try DisentanglementScores(table, seed: Seed(1))
    let back = try JSONDecoder().decode(
      DisentanglementScores.self, from: JSONEncoder().encode(scores))
    #expect(back == scores)
    let numbers: [PossiblyInfinite] = [.infinity, -.infinity, 1.5].map { .init(wrappedValue: $0) }
    let written = try JSONEncoder().encode(numbers)
    #expect(String(decoding: written, as: UTF8.self) == #"["infinity","-infinity",1.5]"#)
    #expect(try JSONDecoder().decode([PossiblyInfinite].self, from: written) == numbers)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([PossiblyInfinite].self, from: Data(#"["much"]"#.utf8))
    }
  }

  @Test func whatCannotBeScoredIsRefused() throws {
    let codes = Tensor.zeros([4, 2])
    let factors = Tensor([0, 0, 1, 1, 0, 1, 0, 1].map(Double.init), shape: [4, 2])
    let refused: [(Tensor, Tensor)] = [
      (codes, Tensor.zeros([3, 2])), (codes, Tensor.zeros([4])), (codes, Tensor.zeros([4, 2])),
      (codes.filled(with: .nan), factors), (codes, factors.filled(with: .infinity)),
      (Tensor.zeros([4, 0]), factors),
    ]
    for (codes, factors) in refused {
      #expect(throws: UserError.self) { try FactoredCodes(codes, factors) }
    }
    #expect(throws: UserError.self) { try FactoredCodes(codes, factors, real: [true]) }
    let table = try FactoredCodes(codes, factors)
    #expect(throws: UserError.self) { try InterventionalRobustness(table, quantile: 2) }
    #expect(throws: UserError.self) {
      let other = Normal(mean: .zeros([4, 3]), logVariance: .zeros([4, 3]))
      return try MutualInformation(table, posteriors: other, seed: Seed(1))
    }
  }
}
