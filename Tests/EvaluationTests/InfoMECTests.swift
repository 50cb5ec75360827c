import Foundation
import GoldenFixtures
import Testing
import Torch

@testable import Evaluation

/// InfoM, InfoE and InfoC against scikit-learn, in `Tests/Golden/infomec.json`, and where their values are known.
@Suite struct InfoMECTests {
  private struct Golden: Decodable {
    struct Scored: Decodable {
      let codes, information: [[Double]]
      let active: [Bool]
      let modularity, compactness, explicitness: Double
    }
    let factors: [[Double]]
    let numbers, values: Scored
  }

  init() { Runtime.threads = 1 }

  /// All combinations of two factors with 4 and 3 values, `times` times over, and the codes made of them.
  private func grid(
    _ times: Int, _ make: (Double, Double) -> [Double]
  ) throws -> FactoredCodes {
    let rows = (0..<times * 12).map { (Double($0 % 4), Double($0 / 4 % 3)) }
    return try FactoredCodes(
      tensor(rows.map { make($0.0, $0.1) }), tensor(rows.map { [$0.0, $0.1] }))
  }

  @Test(arguments: [false, true])
  func scoresAreThoseOfTheAuthorsFormulas(discrete: Bool) throws {
    let golden: Golden = try GoldenFixtures.golden("infomec")
    let wanted = discrete ? golden.values : golden.numbers
    let found = try InfoMEC(FactoredCodes(tensor(wanted.codes), tensor(golden.factors)))
    let gap = try (found.information - tensor(wanted.information)).abs().max().value()
    #expect(gap < 1e-9, "\(gap)")
    #expect(found.active == wanted.active)
    #expect(abs(found.modularity - wanted.modularity) < 1e-9)
    #expect(abs(found.compactness - wanted.compactness) < 1e-9)
    #expect(abs(found.explicitness - wanted.explicitness) < 1e-5)
  }

  @Test func aValueForEachFactorHasFullScores() throws {
    let scores = try InfoMEC(grid(3) { [5 - $1, 0.1 * $0] })
    #expect(abs(scores.modularity - 1) < 1e-12)
    #expect(abs(scores.compactness - 1) < 1e-12)
    #expect(scores.explicitness > 0.99)
  }

  @Test func oneValueForBothFactorsIsCompactAndNotModular() throws {
    // All pairs are told by one unit, whose share of each factor is the same.
    let scores = try InfoMEC(grid(20) { [4 * $1 + $0, 0] })
    #expect(scores.active == [true, false])
    #expect(abs(scores.modularity) < 1e-12)
    #expect(scores.compactness == 1)
    #expect(scores.explicitness > 0.99)
  }

  @Test func aFactorToldByTwoUnitsIsNotCompact() throws {
    let scores = try InfoMEC(grid(3) { [$0, 3 - $0, $1, $1] })
    #expect(abs(scores.modularity - 1) < 1e-12)
    // Each of two of four units has half of what is said: (1/2 − 1/4) / (1 − 1/4).
    #expect(abs(scores.compactness - 1.0 / 3) < 1e-12)
  }

  @Test func whatALineCannotTellIsNotExplicit() throws {
    // Two bits whose difference is the factor: all of it is there for both, and none for a line.
    let rows = (0..<160).map { [Double($0 % 2), Double($0 / 2 % 2)] }
    let factor = rows.map { [$0[0] == $0[1] ? 0.0 : 1] }
    let scores = try InfoMEC(FactoredCodes(tensor(rows), tensor(factor)))
    #expect(abs(scores.explicitness) < 1e-6)
    #expect(try scores.information.abs().max().value() < 1e-12)
  }

  @Test func codesThatNeverMoveScoreNothing() throws {
    let scores = try InfoMEC(grid(3) { _, _ in [0.5, 0.5] })
    #expect(scores.active == [false, false])
    #expect(scores.modularity == 0 && scores.compactness == 0)
    #expect(abs(scores.explicitness) < 1e-9)
  }

  /// ±1 in noise of deviation 1, by quadrature.
  @Test func neighboursSayWhatTheirChannelCarries() throws {
    func density(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }
    let step = 0.001
    let carried = stride(from: -10.0, to: 10, by: step).reduce(0) { sum, z in
      sum + step * density(z - 1) * log(2 * density(z - 1) / (density(z - 1) + density(z + 1)))
    }
    let noise = try RandomStream(Seed(1)).normal([4000], type: .float64).values(as: Double.self)
    let classes = noise.indices.map { $0 % 2 }
    let numbers = zip(noise, classes).map { $0 + Double(2 * $1 - 1) }
    let found = NeighbourInformation().between(numbers, classes)
    #expect(abs(found - carried) < 0.03, "\(found) for \(carried)")
    #expect(NeighbourInformation().between(noise, classes) < 0.02)
  }

  @Test func neighboursAreCountedByHand() {
    let estimate = NeighbourInformation(neighbours: 1)
    // ψ(4) + ψ(1) − ψ(2) − ψ(1): each is alone nearer than its neighbour, and 1 + 1/2 + 1/3 − 1 is left.
    #expect(abs(estimate.between([1, 1.25, 5, 5.25], [0, 0, 1, 1]) - 5.0 / 6) < 1e-12)
    #expect(estimate.between([1, 1, 1, 1], [0, 0, 1, 1]) == 0)
    #expect(estimate.between([1, 2], [0, 1]) == 0)
  }
}

private func tensor(_ rows: [[Double]]) -> Tensor {
  Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.first?.count ?? 0])
}
