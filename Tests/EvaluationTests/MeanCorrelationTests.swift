import Evaluation
import Foundation
import Testing
import Torch

/// Assignments and scores that can be counted by hand.
@Suite struct MeanCorrelationTests {
  init() { Runtime.threads = 1 }

  @Test func permutedScaledAndMirroredFactorsAreFoundInFull() throws {
    let s = RandomStream(1).normal([200, 4], type: .float64)
    let order = [2, 0, 3, 1]
    let codes = Tensor.concatenate(
      order.enumerated().map { place, factor in
        s.sliced(1, factor, factor + 1) * [-3, 0.5, 1, -0.1][place] + Double(place)
      } + [RandomStream(2).normal([200, 1], type: .float64)], along: 1)
    let found = try MeanCorrelation(FactoredCodes(codes, s))
    #expect(abs(found.score - 1) < 1e-9)
    for (place, factor) in order.enumerated() {
      #expect(abs(found.correlations[factor][place] - 1) < 1e-9)
    }
  }

  @Test func aCodeServesOneFactorAndAnIdleCodeNone() throws {
    let s = RandomStream(1).normal([200, 1], type: .float64)
    let t = RandomStream(2).normal([200, 1], type: .float64)
    let factors = Tensor.concatenate([s, t], along: 1)
    let codes = Tensor.concatenate([s, s.zerosLike()], along: 1)
    #expect(abs(try MeanCorrelation(FactoredCodes(codes, factors)).score - 0.5) < 1e-9)
    let one = try MeanCorrelation(FactoredCodes(s, factors))
    #expect(abs(one.score - 0.5) < 1e-9)
  }

  @Test func theAssignmentIsTheBestOfAllPermutations() throws {
    func permutations(_ n: Int) -> [[Int]] {
      n == 0
        ? [[]]
        : permutations(n - 1).flatMap { rest in
          (0...rest.count).map { Array(rest[..<$0]) + [n - 1] + Array(rest[$0...]) }
        }
    }
    for trial in 0..<20 {
      let gains = try RandomStream(Seed(UInt64(trial))).uniform([5, 5]).values(as: Double.self)
      let rows = (0..<5).map { Array(gains[$0 * 5..<$0 * 5 + 5]) }
      func sum(_ columns: [Int]) -> Double { zip(rows, columns).reduce(0) { $0 + $1.0[$1.1] } }
      let found = Assignment.largest(rows).compactMap { $0 }
      #expect(Set(found).count == 5)
      #expect(abs(sum(found) - (permutations(5).map(sum).max() ?? 0)) < 1e-9)
    }
    #expect(Assignment.largest([[1, 9], [2, 8], [3, 9]]).compactMap { $0 }.count == 2)
  }

  @Test func theCalibrationErrorIsTheWeightedGapOfItsBins() {
    let rows = [[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]].map { $0.map { log($0) } }
    // Sure and right, sure and wrong: |0.9 − 0.5|; unsure and right twice: |0.6 − 1|.
    #expect(abs(CalibrationError.expected(rows, labels: [0, 1, 0, 0]) - 0.4) < 1e-9)
    #expect(abs(CalibrationError.expected([[0, -100]], labels: [0])) < 1e-9)
    #expect(CalibrationError.expected([], labels: []) == 0)
  }
}
