import Testing

@testable import Reporting

@Suite struct TicksTests {
  @Test func ticksAreRoundNumbersInsideTheRange() {
    #expect(Ticks(in: 0...1).values == [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1])
    #expect(Ticks(in: 0...1).labels == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(Ticks(in: 239.3...263.8).labels == ["240", "245", "250", "255", "260"])
    #expect(Ticks(in: -2.2...2.1).labels == ["−2", "−1", "0", "1", "2"])
  }

  @Test func epochsAreNeverBroken() {
    #expect(Ticks(in: 1...3, about: 8, whole: true).labels == ["1", "2", "3"])
  }

  @Test func longNumbersBecomePowersOfTen() {
    #expect(Ticks(in: 0...2e7, about: 4).labels == ["0", "0.5e7", "1.0e7", "1.5e7", "2.0e7"])
    #expect(
      Ticks(in: 0...2e-6, about: 2).labels
        == ["0", "1e-6", "2e-6"].map { $0.replacing("-", with: "−") })
  }

  @Test func aConstantIsOpenedOnBothSides() {
    #expect(drawableRange(4, 4) == 3.8...4.2)
    #expect(drawableRange(0, 0) == -0.5...0.5)
    #expect(Ticks(in: 4...4).labels.contains("4.0"))
  }

  @Test(
    arguments: [
      (0, 0), (1e16, 1e16 + 2), (-1e299, 1e299), (0, .leastNonzeroMagnitude), (0, 1e-307),
      (1, 1 + 1e-15),
    ] as [(Double, Double)])
  func extremeRangesGiveFewTicksWithDifferentLabels(low: Double, high: Double) {
    let ticks = Ticks(in: low...high)
    #expect((1...12).contains(ticks.values.count))
    #expect(Set(ticks.labels).count == ticks.labels.count)
  }

  @Test func valuesWithoutAPlaceAreLeftOutOfARange() {
    #expect(range(of: [.nan, 1, .infinity, 3, 1e308]) == 1...3)
    #expect(range(of: [.nan]) == 0...1)
  }
}
