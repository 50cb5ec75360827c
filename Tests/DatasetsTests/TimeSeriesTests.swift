import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// Labelled series in files of the UCR and UEA archives.
@Suite struct TimeSeriesTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func open(_ text: String) throws -> Source {
    try Source.open(folder.file("s.ts", text), .whole)
  }

  private func raw(_ source: Source, _ part: Examples) throws -> [Float] {
    let (mean, deviation) = (source.preprocessing.mean, source.preprocessing.deviation)
    return try part.batch(Array(0..<part.count)).x.values().enumerated().map { i, x in
      ((x * deviation[i % mean.count] + mean[i % mean.count]) * 1024).rounded() / 1024
    }
  }

  private let two = """
    # What it is.
    @problemName two
    @timeStamps false
    @univariate false
    @dimensions 2
    @classLabel true walk run
    @data
    1,2,3:10,20,30:run
    4,?,6:40,50,60:walk

    """

  @Test func stepsComeFirstAndEachChannelHasItsOwnScale() throws {
    let source = try open(two)
    #expect(source.domain.shape == [3, 2] && source.domain.columns == ["c1", "c2"])
    #expect(source.domain.classes == ["walk", "run"])
    #expect(try source.train.labels() == [1, 0])
    #expect(source.preprocessing.mean.count == 2)
    #expect(try raw(source, source.train) == [1, 10, 2, 20, 3, 30, 4, 40, 4, 50, 6, 60])
    #expect(source.notes == ["1 missing value of s.ts replaced by the one before"])
  }

  @Test func shorterSeriesHoldTheirLastValue() throws {
    let source = try open("@classLabel false\n@data\n1,2,3\n4\n?,5\n")
    #expect(source.domain.shape == [3, 1] && source.domain.classes.isEmpty)
    #expect(try raw(source, source.train) == [1, 2, 3, 4, 4, 4, 5, 5, 5])
    #expect(source.notes[0] == "2 series of s.ts shorter than 3 steps: their last values are held")
  }

  @Test func aFolderHasTheOfficialSplits() throws {
    _ = try folder.file("two_TRAIN.ts", two)
    _ = try folder.file(
      "two_TEST.ts", two.replacingOccurrences(of: "true walk run", with: "true run walk"))
    let source = try Source.open(folder.path, .whole)
    #expect(source.train.count == 2 && source.test.count == 2)
    #expect(try source.test.labels() == [1, 0])
    #expect(try raw(source, source.test) == raw(source, source.train))
  }

  @Test func aSpaceCutsOtherSeriesToItsLength() throws {
    let old = try open("@data\n1,2,3\n4,5,6\n")
    let path = try folder.file("new.ts", "@data\n1,2,3,4\n5\n")
    let new = try Source.open(path, like: old.preprocessing, domain: old.domain)
    #expect(try raw(new, new.test) == [1, 2, 3, 5, 5, 5])
    let wide = try folder.file("wide.ts", "@data\n1,2,3:1,2,3\n")
    #expect(
      sentence { _ = try Source.open(wide, like: old.preprocessing, domain: old.domain) }
        .hasPrefix("\(wide) holds 3x2 examples; this space takes 3x1"))
  }

  @Test(arguments: [
    ("1,2\n", "s.ts line 1 is neither a line of the head nor after @data: no .ts file"),
    ("@classLabel true\n", "s.ts has no line @data, so it is no .ts file of series"),
    ("@data\n", "s.ts holds no series"),
    ("@data\n1,x\n", "s.ts line 2 holds \"x\", not a number"),
    ("@data\n1,,2\n", "s.ts line 2 holds \"\", not a number"),
    ("@data\n1,2:3\n", "1 step in channel 2 and 2 in the first"),
    ("@data\n1:2\n1\n", "s.ts line 3 has 1 channel where 2 are expected"),
    ("@univariate true\n@data\n1:2\n", "s.ts line 3 has 2 channels where 1 are expected"),
    ("@dimensions 99999999999999999999\n@data\n1\n", "whole number from 1 on after @dimensions"),
    ("@seriesLength 3\n@data\n1,2\n", "s.ts line 3 has 2 steps; the head of the file says 3"),
    ("@classLabel true a b\n@data\n1:c\n", "has the class \"c\", which the head does not list"),
    ("@classLabel true\n@data\na\n", "s.ts line 3 has a class and no values"),
    ("@timeStamps true\n@data\n1\n", "series with time stamps cannot be read"),
    ("@targetLabel true\n@data\n1:2\n", "series with numbers to predict cannot be read"),
  ])
  func whatIsWrongIsSaidWithItsLine(text: String, expected: String) {
    #expect(sentence { _ = try open(text) }.contains(expected))
  }
}
