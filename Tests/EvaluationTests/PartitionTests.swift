import Evaluation
import Testing

@Suite struct PartitionTests {
  /// The least cost over all orders of the columns.
  private func enumerated(_ costs: [[Double]]) -> Double {
    func least(_ row: Int, _ free: Set<Int>) -> Double {
      row == costs.count
        ? 0 : free.map { costs[row][$0] + least(row + 1, free.subtracting([$0])) }.min() ?? 0
    }
    return least(0, Set(costs.indices))
  }

  @Test(arguments: 0..<20) func theAssignmentIsTheCheapestOfAllOrders(_ number: Int) {
    var state = UInt64(number &+ 1)
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // Whole numbers, so that there are ties.
      return Double(state >> 60)
    }
    let size = 1 + number % 6
    let costs = (0..<size).map { _ in (0..<size).map { _ in next() } }
    let columns = Assignment.cheapest(costs)
    #expect(Set(columns).count == size)
    let cost = columns.enumerated().reduce(0) { $0 + costs[$1.offset][$1.element] }
    #expect(cost == enumerated(costs))
  }

  @Test func matchingIsBlindToTheNamesOfParts() {
    let truth = [0, 0, 0, 1, 1, 1, 2, 2, 2, 2]
    #expect(PartitionAgreement(truth.map { [7, -1, 3][$0] }, truth).matchedAccuracy == 1)
    #expect(PartitionAgreement(Array(repeating: 5, count: 10), truth).matchedAccuracy == 0.4)
    #expect(PartitionAgreement(Array(0..<10), truth).matchedAccuracy == 0.3)
    let one = [0, 0, 1, 1, 1, 0, 2, 2, 2, 0]
    #expect(PartitionAgreement(one, truth).matchedAccuracy == 0.7)
    #expect(PartitionAgreement(truth, one).matchedAccuracy == 0.7)
  }

  @Test func theMostNumerousPairIsNotAlwaysTaken() {
    // Part 0 agrees best with class 0 (5), yet 0–1 and 1–0 together agree more.
    let parts = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]
    let truth = [0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]
    #expect(abs(PartitionAgreement(parts, truth).matchedAccuracy - 8.0 / 13) < 1e-12)
  }
}
