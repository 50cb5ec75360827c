import Files
import Foundation
import Testing

@testable import Reporting

@Suite final class PageTests {
  let folder = NSTemporaryDirectory() + "report " + UUID().uuidString
  let hostile = "<script>alert(\"1\")</script>'& ../../etc\u{0}"

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A page of every block, each named by `name`.
  private func page(_ name: String) throws -> Page {
    let picture = try Picture(width: 2, height: 1, channels: 1, pixels: [0, 255])
    let chart = Chart(name, x: name, y: name, .lines([Line(name, y: [1, 2])]))
    return Page(
      name, subtitle: name,
      blocks: [
        .heading(name), .paragraph(name), .facts([(name, name)]),
        .table(Table(columns: [name, "n"], rows: [[name, "1"], [name]])),
        .chart(chart, caption: name), .chart(chart, caption: name), .heading(name),
        .picture(picture, title: name, caption: name), .heading(name),
        .gallery(title: name, rows: [(name, picture), (name, picture)], caption: name),
        .code(name, caption: name),
      ])
  }

  private func text(_ file: String) throws -> String {
    try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
  }

  @Test func thePageNamesOnlyFilesThatExistAndAllOfThem() throws {
    try page("Negative ELBO").write(to: folder)
    let html = try text("index.html")
    let named = Set(html.matches(of: /(?:src|href|srcset)="([^"#]+)"/).map { String($0.1) })
    let found = try FileManager.default.contentsOfDirectory(atPath: folder + "/figures")
    #expect(named == Set(found.map { "figures/" + $0 }))
    #expect(named.count == 9)
    #expect(named.contains("figures/negative-elbo.svg"))
    #expect(Set(found.map { $0.lowercased() }).count == found.count)
  }

  @Test func aHostileNameStaysText() throws {
    try page(hostile).write(to: folder)
    let html = try text("index.html")
    #expect(!html.contains("<script"))
    #expect(html.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp; ../../etc"))
    #expect(!html.contains("\u{0}"))
    let found = try FileManager.default.subpathsOfDirectory(atPath: folder)
    #expect(found.allSatisfy { $0 == "figures" || !$0.contains("..") && !$0.contains("<") })
  }

  @Test func aHostileNameStaysTextBesidePlotly() throws {
    let script = folder + ".js"
    try Data("/* plotly */".utf8).write(to: URL(fileURLWithPath: script))
    defer { try? FileManager.default.removeItem(atPath: script) }
    try page(hostile).write(to: folder, plotly: script)
    let html = try text("index.html")
    // Plotly's file, our own script, and the data of two charts.
    #expect(html.matches(of: /<script/).count == 4)
    #expect(html.matches(of: /<\/script/).count == 4)
    #expect(try text("plotly.min.js") == "/* plotly */")
  }

  @Test func everyPictureHasAnAlternative() throws {
    try page("Codes").write(to: folder)
    let html = try text("index.html")
    let pictures = html.matches(of: /<img [^>]*>/)
    #expect(pictures.count == 5)
    #expect(pictures.allSatisfy { $0.0.contains(/alt="[^"]+"/) })
  }

  @Test func aMissingPlotlyIsNamedAndNothingIsWritten() throws {
    let page = try page("Codes")
    #expect(throws: UserError("cannot open /no/plotly.js: no such file or directory")) {
      try page.write(to: folder, plotly: "/no/plotly.js")
    }
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test func aPageThatCannotBeFinishedLeavesTheOldOne() throws {
    try page("Old").write(to: folder)
    // A folder in the place of a figure stops the writing before the index.
    try makeFolder(folder + "/figures/new.svg")
    let page = try page("New")
    #expect(throws: UserError.self) { try page.write(to: folder) }
    #expect(try text("index.html").contains("<h1>Old</h1>"))
    let found = try FileManager.default.subpathsOfDirectory(atPath: folder)
    #expect(!found.contains { $0.hasSuffix(".part") })
  }

  @Test func theBodyIsWellFormed() throws {
    try page(hostile).write(to: folder)
    let html = try text("index.html")
    let body = try #require(html.firstMatch(of: /<main[\s\S]*<\/main>/)).0
    let closed = body.replacing(/<img ([^>]*)>/) { "<img \($0.1)/>" }
      .replacing(" download ", with: " ")
    #expect(isWellFormed(String(closed)))
  }

  @Test func aReportIsRewrittenInPlace() throws {
    try page("Codes").write(to: folder)
    try page("Codes").write(to: folder)
    let found = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(Set(found) == ["figures", "index.html"])
  }

  @Test func columnsOfNumbersAreFound() {
    let table = Table(
      columns: ["method", "nats", "interval", "mixed"],
      rows: [["vae", "243.9 ± 0.2", "[−1.2, 3]", "1"], ["iwae-5", "–", "", "a"]])
    #expect(table.columns.indices.map(table.isNumeric) == [false, true, true, false])
  }
}
