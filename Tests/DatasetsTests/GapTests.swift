import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// Missing values are filled, and a batch says where.
@Suite struct GapTests {
  let folder = NSTemporaryDirectory() + "gaps-\(UUID().uuidString)"

  init() throws {
    Runtime.threads = 1
    try makeFolder(folder)
  }

  @Test func aSeriesKnowsItsMissingValuesAndItsEnd() throws {
    let path = folder + "/x.ts"
    let text = """
      @classLabel true a b
      @data
      1,?,3:4,5,6:a
      1,2:?,4:b
      1,2,3:4,5,6:a
      """
    try AtomicFile.write(Data(text.utf8), to: path)
    var options = SourceOptions()
    (options.validation, options.test) = (0, 0)
    let source = try Source.open(path, options)
    let batch = try source.train.batch([0, 1, 2])
    #expect(batch.x.shape == [3, 3, 2] && source.train.hasGaps)
    let observed: [Float] = try #require(batch.observed).values()
    // Steps with their two channels, series after series.
    #expect(Array(observed[0..<6]) == [1, 1, 0, 1, 1, 1])
    #expect(Array(observed[6..<12]) == [1, 0, 1, 1, 0, 0])
    #expect(Array(observed[12..<18]) == [1, 1, 1, 1, 1, 1])
    let some: [Float] = try #require(source.train.subset([1]).batch([0]).observed).values()
    #expect(some == [1, 0, 1, 1, 0, 0])
  }

  @Test func aTableKnowsItsMissingCells() throws {
    let path = folder + "/x.csv"
    let rows = (0..<30).map { ["\($0)", $0 == 4 ? "" : "\($0 * $0)", $0 == 7 ? "" : "k\($0 % 3)"] }
    try CSV.write(header: ["a", "b", "kind"], rows: rows, to: path)
    var options = SourceOptions()
    (options.validation, options.test) = (0, 0)
    options.labelColumn = "none"
    let source = try Source.open(path, options)
    let observed: [Float] = try #require(source.train.batch(Array(0..<30)).observed).values()
    #expect(source.domain.columns.count == 5)
    for row in 0..<30 {
      let mine = Array(observed[row * 5..<row * 5 + 5])
      #expect(mine == [1, row == 4 ? 0 : 1] + Array(repeating: row == 7 ? 0 : 1, count: 3))
    }
  }

  @Test func whatHasNoGapsSaysNothing() throws {
    let path = folder + "/y.csv"
    try CSV.write(header: ["a", "b"], rows: (0..<30).map { ["\($0)", "\($0 % 7)"] }, to: path)
    let source = try Source.open(path)
    #expect(try source.train.batch([0, 1]).observed == nil && !source.train.hasGaps)
  }

  @Test func examplesThatAreGivenAreWhatTheyAre() throws {
    let x = RandomStream(1).normal([4, 2, 3])
    let seen = RandomStream(2).bernoulli(Tensor.full([4, 2, 3], 0.5))
    let factors = Tensor([1, 2, 3, 4] as [Float], shape: [4, 1])
    let all = try Examples(given: x, labels: [0, 1, 0, 1], factors: factors, observed: seen)
    let batch = try all.batch([2, 0])
    let order = Tensor([2, 0] as [Int64])
    #expect(try (batch.x - x.indexSelect(0, order)).abs().max().value() == 0)
    let gaps = try #require(batch.observed)
    #expect(try (gaps - seen.indexSelect(0, order)).abs().max().value() == 0)
    #expect(try batch.labels?.places() == [0, 0] && all.factors() == [[1], [2], [3], [4]])
    #expect(throws: UserError.self) { try Examples(given: x, labels: [0]) }
    #expect(throws: UserError.self) { try Examples(given: x / 0) }
    let domain = Domain(shape: [3, 2], support: .real)
    #expect(throws: UserError.self) {
      try Source(given: "x", domain, train: all, validation: all, test: all)
    }
  }
}
