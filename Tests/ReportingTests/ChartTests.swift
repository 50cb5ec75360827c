import Foundation
import Testing

@testable import Reporting

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Whether a strict parser accepts `text`.
func isWellFormed(_ text: String) -> Bool { XMLParser(data: Data(text.utf8)).parse() }

/// Charts at the edges of what can be drawn.
let oddCharts: [Chart] = [
  Chart("no series", .lines([])),
  Chart("empty series", .lines([Line("a", y: [])])),
  Chart("one point", .lines([Line("a", y: [3])])),
  Chart("gaps", .lines([Line("a", y: [.nan, 1, .infinity, 2, 3, -.infinity, 1e308])])),
  Chart("constant", .lines([Line("a", y: [5, 5, 5])])),
  Chart("all lost", .lines([Line("a", y: [.nan, .nan], low: [.nan, 0], high: [1, .nan])])),
  Chart("band", .lines([Line("a", y: [1, 2, 3], low: [0, .nan, 2], high: [2, 3, 4])])),
  Chart("extreme", .lines([Line("a", x: [-1e299, 1e299], y: [.leastNonzeroMagnitude, 1e299])])),
  Chart("many", .lines((0..<300).map { Line("series \($0)", y: [Double($0), 1]) })),
  Chart("no points", .points(Points(x: [], y: []))),
  Chart("classes", .points(Points(x: [0, .nan, 2], y: [1, 2, 3], classes: [-7, 2, .max]))),
  Chart("notes", .points(Points(x: [0], y: [0], hover: ["<b>\u{0}\u{FFFF}\u{1F600}"]))),
  Chart("no bars", .bars(Bars(labels: [], values: []))),
  Chart("bars", x: "method", y: "nats", .bars(Bars(labels: ["a", "b"], values: [-1, .nan]))),
  Chart(
    "long names",
    .bars(Bars(labels: (0..<90).map { "name \($0) long" }, values: .init(repeating: 1, count: 90)))),
  Chart("no values", .histogram(Histogram(of: []))),
  Chart("same values", .histogram(Histogram(of: [2, 2, .nan, .infinity], bins: 3))),
  Chart("no cells", .heatMap(HeatMap([]))),
  Chart(
    "cells", .heatMap(HeatMap([[1, .nan], [3, 4]], rows: ["<", "&"], columns: ["\"", "'"]))),
  Chart("large", .heatMap(HeatMap((0..<60).map { r in (0..<60).map { Double(r * $0) } }))),
  Chart("<script>alert('1')</script>&\u{1}", x: "a<b", y: "\"", .lines([Line("</g>", y: [1])])),
  Chart("", .lines([])),
]

@Suite struct ChartTests {
  @Test(arguments: oddCharts) func svgIsWellFormed(chart: Chart) throws {
    for (width, height) in [(600, 380), (360, 320), (40, 30)] {
      let svg = try chart.svg(width: width, height: height)
      #expect(isWellFormed(svg))
      #expect(!svg.contains("<script") && !svg.contains("nan") && !svg.contains("\"inf"))
    }
  }

  @Test(arguments: oddCharts) func plotlyFiguresAreJSONWithoutTags(chart: Chart) throws {
    let text = chart.plotlyJSON()
    let figure = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(figure?["data"] is [Any] && figure?["layout"] is [String: Any])
    #expect(!text.contains("<"))
  }

  @Test func manyPointsAreDrawnIntoOnePicture() throws {
    let x = (0..<10_000).map { sin(Double($0)) * Double($0) }
    let y = (0..<10_000).map { cos(Double($0)) * Double($0) }
    let chart = Chart("map", .points(Points(x: x, y: y, classes: x.indices.map { $0 % 10 })))
    let svg = try chart.svg()
    #expect(isWellFormed(svg))
    #expect(svg.contains("href=\"data:image/png;base64,"))
    #expect(svg.utf8.count < 500_000)
    #expect(chart.plotlyJSON().utf8.count < 250_000)
  }

  @Test func aGapBreaksTheCurve() throws {
    let svg = try Chart("", .lines([Line("a", y: [1, 2, .nan, 3, 4])])).svg()
    let curve = try #require(svg.firstMatch(of: /class="line"[^>]* d="([^"]*)"/)).1
    #expect(curve.filter { $0 == "M" }.count == 2)
    #expect(curve.filter { $0 == "L" }.count == 2)
  }

  @Test func aLongCurveKeepsItsPeak() {
    var y = (0..<100_000).map { sin(Double($0) / 1000) }
    y[54_321] = 99
    let drawn = Line("loss", y: y).stretches
    #expect(drawn.count == 1 && drawn[0].count <= 2000)
    #expect(drawn[0].contains { $0.x == 54_322 && $0.y == 99 })
  }

  @Test func csvNumbersReadBackBitForBit() {
    let values = [
      0.1, 1 / 3, -1e-300, 123_456_789.123_456_79, Double.leastNonzeroMagnitude, .infinity, -0.0,
    ]
    let csv = Chart("c", .lines([Line("a", x: values, y: values.reversed())])).csv()
    let rows = csv.split(separator: "\r\n").dropFirst().map { $0.split(separator: ",") }
    #expect(rows.map { Double($0[1])?.bitPattern } == values.map(\.bitPattern))
    #expect(rows.map { Double($0[2])?.bitPattern } == values.reversed().map(\.bitPattern))
  }

  @Test func csvQuotesWhatWouldBreakARow() {
    let csv = Chart(
      "c", .bars(Bars(labels: ["a,b", "say \"x\"", "two\nlines"], values: [1, 2, 3]))
    )
    .csv()
    #expect(
      csv
        == "label,value\r\n\"a,b\",1.0\r\n\"say \"\"x\"\"\",2.0\r\n\"two\nlines\",3.0\r\n")
  }

  @Test func histogramsCountEveryFiniteValue() {
    let histogram = Histogram(of: [0, 0.1, 0.9, 1, .nan, 2], bins: 2)
    #expect(histogram.edges == [0, 1, 2])
    #expect(histogram.counts == [3, 2])
  }

  @Test func theSummarySaysWhereACurveEnds() {
    let chart = Chart("ELBO", x: "epoch", y: "nats", .lines([Line("test", y: [261.7, 243.9])]))
    #expect(
      chart.summary == "Line chart: ELBO. nats against epoch. test goes from 261.7 to 243.9")
  }

  @Test func plotlyShowsTagsInNamesAsTheyAre() {
    let chart = Chart("<b>x</b>", .lines([Line("<a href='//e'>", y: [1])]))
    #expect(chart.plotlyJSON().contains(#"\u0026lt;a href=\u0026#39;//e\u0026#39;\u0026gt;"#))
  }
}
