import Testing

@testable import Reporting

@Suite struct FlameGraphTests {
  let graph = FlameGraph(
    "Time <of> a step", unit: "ms",
    .init(
      "all", 10,
      [
        .init("forward", 6, [.init("aten::linear<\"&'>", 4, []), .init("tiny", 0.0001, [])]),
        .init("backward", 3, []),
      ]))

  @Test func aBoxIsAsWideAsItsShareAndUnderItsWhole() {
    let text = graph.svg(width: 1032)
    #expect(isWellFormed(text))
    #expect(text.contains("x=\"16\" y=\"44\" width=\"1000\""))
    #expect(text.contains("x=\"16\" y=\"64\" width=\"600\""))
    #expect(text.contains("x=\"616\" y=\"64\" width=\"300\""))
    #expect(text.contains("x=\"16\" y=\"84\" width=\"400\""))
    #expect(text.contains("backward: 3 ms, 30%"))
    #expect(!text.contains("tiny"), "what is not seen is left out")
  }

  @Test func nothingToShowIsStillAPicture() {
    for amount in [0, Double.nan, .infinity] {
      #expect(isWellFormed(FlameGraph("Nothing", unit: "ms", .init("all", amount, [])).svg()))
    }
  }
}
