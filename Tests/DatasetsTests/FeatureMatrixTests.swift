import Files
import Testing

@testable import Datasets

@Suite struct FeatureMatrixTests {
  private func arrays(_ all: [(String, NamedArrays.Content)]) throws -> NamedArrays {
    var arrays = NamedArrays()
    for (name, content) in all { try arrays.add(name, content) }
    return arrays
  }

  private func table() throws -> NamedArrays {
    try arrays([
      ("a", .numbers([1, 2, 3], shape: [3])),
      ("colour", .words(["red", "blue", "red"])),
      ("m", .numbers([1, 2, 3, 4, 5, 6], shape: [3, 2])),
      ("target", .numbers([7, 8, 9], shape: [3])),
    ])
  }

  @Test func wordsAndMatricesBecomeColumns() throws {
    let x = try FeatureMatrix(table(), apartFrom: ["target"], rows: 3)
    #expect(x.names == ["a", "colour=blue", "colour=red", "m 1", "m 2"])
    #expect(x.values == [1, 0, 1, 1, 2, 2, 1, 0, 3, 4, 3, 0, 1, 5, 6])
    #expect(x.column(3) == [1, 3, 5] && Array(x.row(1)) == [2, 1, 0, 3, 4])
    #expect(x.rows([2, 0]).column(0) == [3, 1])
    #expect(x.tensor().shape == [3, 5])
  }

  @Test func besideAnInterceptTheFirstWordHasNoColumn() throws {
    let x = try FeatureMatrix(table(), apartFrom: ["target", "m"], rows: 3, words: .contrasts)
    #expect(x.names == ["a", "colour red"] && x.column(1) == [1, 0, 1])
    let none = try FeatureMatrix(table(), apartFrom: table().names, rows: 3)
    #expect(none.count == 3 && none.width == 0)
  }

  @Test func anEmptyCellIsAWordOnlyWhereThatIsAsked() throws {
    let gap = try arrays([("colour", .words(["red", ""]))])
    let x = try FeatureMatrix(gap, apartFrom: [], rows: 2, words: .indicatorsOfEmpty)
    #expect(x.names == ["colour=", "colour=red"] && x.values == [0, 1, 1, 0])
    #expect(throws: UserError("colour: row 2 is empty, and all must hold a word")) {
      try FeatureMatrix(gap, apartFrom: [], rows: 2)
    }
  }

  @Test func whatDoesNotFitIsNamed() throws {
    #expect(
      throws: UserError("a has 3 rows and 4 are needed, as many as the others")
    ) { try FeatureMatrix(table(), apartFrom: [], rows: 4) }
    #expect(
      throws: UserError("short has 1 rows and 3 are needed, as many as the others")
    ) {
      var table = try table()
      try table.add("short", .numbers([1], shape: [1]))
      return try FeatureMatrix(columns: ["a", "short"], of: table)
    }
    #expect(throws: UserError("a has shape [3], and [rows, columns] is needed")) {
      try FeatureMatrix(matrix: "a", of: table())
    }
    let missing = try arrays([("a", .numbers([1, .nan], shape: [2]))])
    #expect(throws: UserError("a: value 2 is missing or not a number; all must be numbers")) {
      try FeatureMatrix(missing, apartFrom: [], rows: 2)
    }
    let names = try arrays([("id", .words((0..<101).map { "n\($0)" }))])
    #expect(
      throws: UserError(
        "id holds 101 different words, more than the 100 that can be columns; leave it out")
    ) { try FeatureMatrix(names, apartFrom: [], rows: 101) }
  }
}
