import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// Graphs, sparse rows, and spikes.
@Suite struct GraphTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func rows(_ reading: Reading) throws -> [Float] {
    guard case .store(let store) = reading.content else { return [] }
    return try (0..<store.count).flatMap { row in
      var raw = [Float](repeating: -1, count: store.width)
      try raw.withUnsafeMutableBytes { try store.copy(row, to: $0) }
      return raw
    }
  }

  @Test func aNodeIsItsRowOfNeighbours() throws {
    let list = try folder.file("g.adjlist", "# three nodes\n1 2\n5 1\n")
    let classes = try folder.file("g.csv", "node,club\n1,a\n2,b\n5,a, too\n")
    let opened = try Opened.neighbours(list, labels: classes, name: "g")
    #expect(try rows(opened.train) == [0, 1, 1, 1, 0, 0, 1, 0, 0])
    #expect(opened.train.columns == ["node 1", "node 2", "node 5"])
    #expect(opened.train.support == .binary)
    #expect(opened.train.classes == ["a", "a, too", "b"] && opened.train.labels == [0, 2, 1])
    let few = try folder.file("f.csv", "node,club\n1,a\n")
    #expect(
      sentence { _ = try Opened.neighbours(list, labels: few, name: "g") }
        == "f.csv does not hold a class for each node")
    let odd = try folder.file("o.adjlist", "1 x\n")
    #expect(
      sentence { _ = try Opened.neighbours(odd, labels: nil, name: "g") }
        == "o.adjlist line 1 holds more than the numbers of nodes")
  }

  @Test func nodesWithoutAClassAreLeftOut() throws {
    let path = try folder.file("g.npz", [UInt8](Archive("graph.npz").bytes))
    let opened = try Opened.npz(path)
    #expect(try rows(opened.train) == [1, 0, 0, 1])
    #expect(opened.train.labels == [1, 0] && opened.train.classes == ["0", "1"])
    #expect(opened.notes == ["1 node of g.npz without a class left out"])
  }

  @Test func columnsOfASparseMatrixBecomeRows() throws {
    // 3 rows, 2 columns: column 0 has rows 0 and 2, column 1 has row 2.
    let store = try SparseStore(
      columnStarts: [0, 2, 3], rows: [0, 2, 2], values: [1, 2, 3], height: 3, "m")
    #expect(try rows(Reading(rows: store, name: "m")) == [1, 0, 0, 0, 2, 3])
    func refusal(_ starts: [Int], _ rows: [Int], height: Int) -> String {
      sentence {
        _ = try SparseStore(
          columnStarts: starts, rows: rows, values: rows.map { _ in 1 }, height: height, "m")
      }
    }
    let torn = "m is damaged: its sparse rows do not fit together"
    #expect(refusal([0, 2, 1], [0], height: 3) == torn)
    #expect(refusal([0, 1], [3], height: 3) == torn)
    #expect(refusal([0, -1, 1], [0], height: 3) == torn)
    #expect(refusal([0, 1], [0], height: 1 << 30).contains("too few to be true"))
    #expect(refusal([0, 1], [0], height: .max) == torn)
  }

  private let spikes = """
    recording,neuron,trial,spike_time_s
    a,1,1,0.01
    a,1,1,0.04
    a,2,1,0.12
    a,10,2,0.06
    b,1,1,3

    """

  @Test func windowsCountSpikesAndStayInsideATrial() throws {
    let path = try folder.file("s.csv", spikes)
    let opened = try Opened.spikes(path, recording: "a", name: "s", window: 2)
    #expect(opened.train.columns == ["neuron 1", "neuron 2", "neuron 10"])
    #expect(opened.train.count == 4 && opened.train.window == 2)
    #expect(
      try rows(opened.train) == [
        2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0,
        0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0,
      ])
    #expect(opened.notes == ["spikes counted in bins of 50 ms, 3 to each of 2 trials"])
  }

  @Test func spikesThatCannotBeCountedAreRefused() throws {
    func refusal(_ text: String, window: Int = 2) -> String {
      sentence {
        let path = try folder.file("s.csv", text)
        _ = try Opened.spikes(path, recording: "a", name: "s", window: window)
      }
    }
    #expect(refusal(spikes, window: 4) == "s has 3 bins in a trial: too few for a window of 4")
    let head = "recording,neuron,trial,spike_time_s\n"
    #expect(refusal(head + "a,1,1,1e300\n") == "s.csv line 2 holds no trial and time in seconds")
    #expect(refusal(head + "a,1,1,-1\n") == "s.csv line 2 holds no trial and time in seconds")
    #expect(refusal(head + "b,1,1,1\n") == "s.csv holds no spikes of a")
    #expect(refusal("x\n1\n") == "s.csv does not hold recording, neuron, trial and spike_time_s")
  }
}

/// The sets of LATENT_DATA that these readers open, where that is there.
@Suite(.enabled(if: Manifest.folder != nil)) struct RecordingTests {
  @Test(arguments: [
    ("free-spoken-digits", [10504, 1], 300, 10), ("pbmc-68k-reduced", [765], 0, 10),
    ("blogcatalog", [10312], 0, 39), ("zachary-karate-club", [34], 0, 2),
    ("ucr-arrowhead", [251, 1], 175, 3), ("ucr-basicmotions", [100, 6], 40, 4),
    ("ucr-gunpoint", [150, 1], 150, 2), ("ucr-italypowerdemand", [24, 1], 1029, 2),
    ("ucr-japanesevowels", [29, 12], 370, 9), ("cockroach-cal1v", [20, 4], 0, 0),
  ])
  func eachSetHasItsShape(name: String, shape: [Int], tests: Int, classes: Int) throws {
    var options = SourceOptions()
    options.test = 0
    let source = try Source.open(name, options)
    #expect(source.domain.shape == shape)
    #expect(source.test.count == tests)
    #expect(source.domain.classes.count == classes)
  }

  /// All examples of a set in the file's order, before anything is done to their numbers.
  private func reading(_ name: String) throws -> Reading {
    var options = SourceOptions()
    options.test = 0
    let opened = try Opened.known(name, options, like: nil)
    return try #require(opened).train
  }

  private func row(_ reading: Reading, _ row: Int) throws -> [Float] {
    guard case .store(let store) = reading.content else { return [] }
    var floats = [Float](repeating: -1, count: store.width)
    try floats.withUnsafeMutableBytes { try store.copy(row, to: $0) }
    return floats
  }

  @Test func cellsAreThoseThatH5pyReads() throws {
    let cells = try reading("pbmc-68k-reduced")
    #expect(try Array(row(cells, 0).prefix(3)) == [-0.326, -0.191, -0.728])
    #expect(try Array(row(cells, 699).suffix(3)) == [-0.21, -0.636, -0.49])
    let labels = try #require(cells.labels)
    #expect(labels.prefix(5) == [5, 9, 8, 0, 9] && labels.reduce(0, +) == 4094)
    #expect(cells.classes[5] == "CD14+ Monocyte")
  }

  @Test func neighboursAreThoseThatSciPyReads() throws {
    let blogs = try reading("blogcatalog")
    let linked = try row(blogs, 7).enumerated().filter { $0.element == 1 }.map(\.offset)
    #expect(linked == [3197, 3899, 9996])
    #expect(blogs.labels?[7] == 3)
  }
}
