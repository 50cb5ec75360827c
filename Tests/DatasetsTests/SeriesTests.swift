import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// Tables read as series: windows of consecutive rows.
@Suite struct SeriesTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func options(
    window: Int?, validation: Double = 0, test: Double = 0
  ) -> SourceOptions {
    var options = SourceOptions()
    options.window = window
    options.validation = validation
    options.test = test
    return options
  }

  private func open(_ text: String, _ options: SourceOptions) throws -> Source {
    try Source.open(folder.file("s.csv", text), options)
  }

  private func steps(_ rows: Range<Int>) -> String {
    "n\n" + rows.map { "\($0)\n" }.joined()
  }

  @Test func eachRowStartsAWindowAndEachColumnHasItsOwnScale() throws {
    let source = try open("a,b\n0,100\n2,300\n0,100\n2,300\n", options(window: 3))
    #expect(source.domain.shape == [3, 2] && source.domain.support == .real)
    #expect(source.domain.columns == ["a", "b"] && source.train.count == 2)
    // Two windows, 0 2 0 and 2 0 2, have the mean 1 and the deviation 1; column b alike.
    #expect(source.preprocessing.mean == [1, 200])
    #expect(source.preprocessing.deviation == [1, 100])
    #expect(
      try source.train.batch([1, 0]).x.values() == [1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1])
  }

  @Test func noRowIsInTwoParts() throws {
    let source = try open(steps(0..<40), options(window: 4, validation: 0.2, test: 0.1))
    // 37 windows, of which 4 are for test and 7 for validation, with 3 left out before each.
    #expect([source.train, source.validation, source.test].map(\.count) == [20, 7, 4])
    let mean = source.preprocessing.mean[0], deviation = source.preprocessing.deviation[0]
    let rows = try [source.train, source.validation, source.test].map { part in
      Set(
        try part.batch(Array(0..<part.count)).x.values().map { ($0 * deviation + mean).rounded() })
    }
    #expect(rows[0] == Set((0..<23).map(Float.init)))
    #expect(rows[1] == Set((23..<33).map(Float.init)))
    #expect(rows[2] == Set((33..<40).map(Float.init)))
  }

  @Test func gapsTakeTheValueBeforeAndTextIsLeftOut() throws {
    let source = try open("when,v,label\nmon,,0\ntue,2,0\nwed,?,1\nthu,4,1\n", options(window: 2))
    #expect(source.domain.columns == ["v"] && source.domain.classes.isEmpty)
    let mean = source.preprocessing.mean[0], deviation = source.preprocessing.deviation[0]
    let values = try source.train.batch([0, 2]).x.values().map { $0 * deviation + mean }
    #expect(values == [2, 2, 2, 4])
    #expect(
      source.notes == [
        "left out of the series s.csv: when, label (text or classes)",
        "2 missing values of s.csv replaced by the one before",
      ])
  }

  @Test func theLabelColumnIsNoInput() throws {
    var options = options(window: 2)
    options.labelColumn = "state"
    let text = "v,state\n1,0\n2,0\n3,1\n"
    #expect(try open(text, options).domain.columns == ["v"])
    options.labelColumn = "none"
    #expect(try open(text, options).domain.columns == ["v", "state"])
    options.labelColumn = "stat"
    #expect(
      sentence { _ = try open(text, options) }
        == "s.csv has no column called stat; it has v, state; did you mean state?")
  }

  @Test func aSpaceCutsOtherSeriesAsItsOwn() throws {
    let old = try open("a,b\n0,100\n2,300\n0,100\n2,300\n", options(window: 3))
    let path = try folder.file("new.csv", "extra,b,a\nx,500,4\ny,100,2\nz,300,0\n")
    let new = try Source.open(path, like: old.preprocessing, domain: old.domain)
    #expect(new.test.count == 1 && new.train.count == 0 && new.domain == old.domain)
    #expect(try new.test.batch([0]).x.values() == [3, 3, 1, -1, -1, 1])
    func refusal(_ text: String) -> String {
      sentence {
        let path = try folder.file("bad.csv", text)
        _ = try Source.open(path, like: old.preprocessing, domain: old.domain)
      }
    }
    #expect(refusal("a,c\n1,2\n") == "bad.csv has no column called b; it needs a, b")
    #expect(
      refusal("a,b\n1,x\n2,y\n") == "column b of bad.csv holds text where numbers are needed")
    #expect(refusal("a,b\n1,2\n2,3\n") == "bad.csv has 2 rows: too few for a window of 3")
    var preprocessing = old.preprocessing
    preprocessing.mean = [1, 2, 3]
    preprocessing.deviation = [1, 2, 3]
    #expect(
      sentence { _ = try Source.open(path, like: preprocessing, domain: old.domain) }
        == "the space's preprocessing is damaged: its statistics do not fit together")
    var domain = old.domain
    domain.shape = [-3, 2]
    #expect(
      sentence { _ = try Source.open(path, like: old.preprocessing, domain: domain) }
        .hasPrefix("new.csv has 3 rows: too few for a window of -3"))
  }

  @Test func impossibleWindowsAreRefused() throws {
    #expect(
      sentence { _ = try open(steps(0..<9), options(window: 1)) }
        == "window is 1; it must be at least 2 rows")
    #expect(
      sentence { _ = try open(steps(0..<9), options(window: 10)) }
        == "s.csv has 9 rows: too few for a window of 10")
    #expect(
      sentence { _ = try open("a\nx\ny\nz\n", options(window: 2)) }
        == "s.csv has no column of numbers, so it is not a series")
    #expect(
      sentence { _ = try open(steps(0..<9), options(window: 6, test: 0.25)) }
        .hasSuffix(
          "s.csv holds 4 windows of 6 rows: too few to keep some for test that share no row with "
            + "training; shorten --window, or give --test 0"))
    #expect(try open(steps(0..<9), options(window: 9)).train.count == 1)
    let picture = try folder.file("pictures/a.png", [1])
    let pictures = folder.path + "/pictures"
    for spec in [pictures, picture, "moons", "digits"] {
      #expect(
        sentence { _ = try Source.open(spec, options(window: 4)) }
          == "\(spec) is not a table with a row for each step, so --window has no meaning")
    }
    #expect(
      sentence { _ = try Source.open("nosuch", options(window: 4)) }
        .hasPrefix("there is no source called nosuch"))
  }
}
