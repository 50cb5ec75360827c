import Files
import Foundation
import Testing
import Torch

@testable import Datasets

@Suite struct TableTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func open(_ text: String, _ options: SourceOptions? = nil) throws -> Source {
    try Source.open(folder.file("t.csv", text), options ?? .whole)
  }

  @Test func numbersAreStandardisedAndMissingOnesTakeTheMean() throws {
    let source = try open("a,b\n1,5\n3,\n?,5\n")
    #expect(source.domain.columns == ["a", "b"])
    #expect(try source.train.batch([0, 1, 2]).x.values() == [-1, 0, 1, 0, 0, 0])
    #expect(
      source.notes == [
        "1 missing value in a replaced by the training mean",
        "1 missing value in b replaced by the training mean",
      ])
  }

  @Test func categoriesBecomeOneInputEach() throws {
    let source = try open("size,colour,n\n1,red,0\n2,blue,0\n3,red,1\n")
    #expect(source.domain.columns == ["size", "colour=blue", "colour=red", "n"])
    let x = try source.train.batch([1]).x.values()
    #expect(x[1] == 1 && x[2] == 0)
  }

  @Test func theLabelColumnIsTheOneCalledSoOrALastOneOfNames() throws {
    let named = try open("class,v\nx,1\ny,2\n")
    #expect(named.domain.classes == ["x", "y"] && named.domain.columns == ["v"])
    #expect(named.notes == ["column class of t.csv taken as the class of each row"])
    let last = try open("v,kind\n1,p\n2,q\n")
    #expect(last.domain.classes == ["p", "q"])
    var options = SourceOptions.whole
    options.labelColumn = "none"
    #expect(try open("v,kind\n1,p\n2,q\n", options).domain.classes.isEmpty)
    options.labelColumn = "knd"
    #expect(
      sentence { _ = try open("v,kind\n1,p\n2,q\n", options) }
        == "t.csv has no column called knd; it has v, kind; did you mean kind?")
  }

  private func reading(_ column: String, label: String? = nil) -> SourceOptions {
    var options = SourceOptions.whole
    (options.textColumn, options.labelColumn) = (column, label)
    return options
  }

  private let reviews = "id,review,stars\n1,\"good, \"\"very\"\"\",5\n2,,1\n3,bad,1\n"

  @Test func aColumnOfTextsIsReadWhereItIsAskedFor() throws {
    let source = try open(reviews, reading("review", label: "stars"))
    #expect(source.domain.support == .tokens && source.domain.classes == ["1", "5"])
    #expect(try (0..<2).map { try text(source.train, $0) } == ["good, \"very\"", "bad"])
    #expect(try source.train.labels() == [1, 0])
    #expect(
      source.notes == [
        "columns of t.csv that are not its texts left out: id",
        "1 empty text of column review of t.csv left out",
      ])
    let named = try open("text,kind\nb,x\na,y\n", reading("text"))
    #expect(named.domain.classes == ["x", "y"])
    #expect(try open("kind,target\nx,b\ny,a\n", reading("target")).domain.classes == ["x", "y"])
    #expect(try open("kind\ttext\nx\tb\n", reading("text", label: "none")).train.count == 1)
  }

  @Test func aSpaceReadsItsColumnOfTextsInOtherTables() throws {
    let space = try open(reviews, reading("review", label: "stars"))
    var options = SourceOptions.whole
    options.textColumn = "review"
    let other = try folder.file("o.csv", "review,more\nnew,1\n")
    let source = try Source.open(other, options, like: space.preprocessing, domain: space.domain)
    #expect(try text(source.test, 0) == "new" && source.domain.shape == space.domain.shape)
    let lines = try folder.file("o.txt", "one\ntwo\n")
    let plain = try Source.open(lines, options, like: space.preprocessing, domain: space.domain)
    #expect(plain.test.count == 2)
    let without = try folder.file("w.csv", "a,b\n1,2\n")
    #expect(
      sentence {
        _ = try Source.open(without, .whole, like: space.preprocessing, domain: space.domain)
      } == "w.csv has no column called review; it has a, b")
  }

  @Test func aColumnOfTextsThatCannotBeIsRefused() throws {
    func refusal(_ text: String, _ options: SourceOptions) -> String {
      sentence { _ = try open(text, options) }
    }
    #expect(
      refusal(reviews, reading("reveiw"))
        == "t.csv has no column called reveiw; it has id, review, stars; did you mean review?")
    #expect(
      refusal(reviews, reading("review", label: "review"))
        == "column review of t.csv cannot be both the text and the class")
    #expect(
      refusal("text,kind\n,x\n,y\n", reading("text")) == "column text of t.csv holds no texts")
    var windows = reading("review")
    windows.window = 2
    #expect(
      refusal(reviews, windows)
        == "--text takes a text from each row, so --window has no meaning")
    #expect(
      sentence { _ = try Source.open("rings", reading("x")) }
        == "rings is not a table (.csv, .tsv), so --text has no meaning")
    let many = (0..<70).map { "word \($0)" }.joined(separator: "\n")
    #expect(
      refusal("review\n" + many, .whole)
        == "t.csv has no column that can be an input; --text review reads the texts of review")
  }

  @Test(arguments: [
    "1,2\n3,4\n", "1;2\n3;4\n", "1\t2\n3\t4\n", "1|2\r\n3|4\r\n", "\"1\",\"2\"\n3,4",
  ])
  func delimitersAndLineEndsAreFoundOut(text: String) throws {
    let source = try open(text)
    #expect(source.domain.columns == ["c1", "c2"] && source.train.count == 2)
  }

  @Test func quotedCellsMayHoldDelimitersQuotesAndLineBreaks() throws {
    let source = try open("n,label\n1,\"a,\"\"b\"\"\nc\"\n2,d\n")
    #expect(source.domain.classes == ["a,\"b\"\nc", "d"])
  }

  @Test func aRaggedLineIsNamed() {
    #expect(
      sentence { _ = try open("a,b\n1,2\n\n3\n") }
        == "t.csv line 4 has 1 cell, but line 1 has 2: each line needs the same number")
    #expect(
      sentence { _ = try open("a,b\n\"1,2\n") } == "t.csv line 2 opens a quote that is never closed"
    )
  }

  @Test func newRowsAreEncodedByOldStatistics() throws {
    let old = try open("a,kind,label\n0,p,x\n2,q,y\n0,p,x\n2,q,y\n")
    let path = try folder.file("new.csv", "kind,extra,a\nq,9,4\nz,9,1\n")
    let new = try Source.open(path, like: old.preprocessing, domain: old.domain)
    #expect(new.test.count == 2 && new.train.count == 0)
    #expect(try new.test.batch([0, 1]).x.values() == [3, 0, 1, 0, 0, 0])
    #expect(new.notes == ["1 row of new.csv with an unknown kind: no category set"])
    let without = try folder.file("bad.csv", "kind\nq\np\n")
    #expect(
      sentence { _ = try Source.open(without, like: old.preprocessing, domain: old.domain) }
        == "bad.csv has no column called a; it needs a, kind")
  }

  @Test func writtenTablesReadBack() throws {
    let path = folder.path + "/w.csv"
    try CSV.write(header: ["a", "b,c"], rows: [["1", "x\"y"], ["2", "z"]], to: path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == "a,\"b,c\"\n1,\"x\"\"y\"\n2,z\n")
    #expect(try Source.open(path, .whole).domain.classes == ["x\"y", "z"])
  }
}
