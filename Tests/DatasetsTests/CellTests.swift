import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// Tables of cells in HDF5, which `Tests/Golden/h5ad.py` wrote.
@Suite struct CellTests {
  let folder: Folder
  static let forms = ["dense", "sparse", "records"]

  init() throws { folder = try Folder() }

  private func bytes(_ form: String) throws -> [UInt8] {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return [UInt8](
      try Data(contentsOf: tests.appending(path: "../Fuzz/Corpus/h5ad-\(form).h5ad")))
  }

  private func open(_ bytes: [UInt8], label: String? = nil) throws -> Source {
    var options = SourceOptions.whole
    options.labelColumn = label
    return try Source.open(folder.file("c.h5ad", bytes), options)
  }

  private func raw(_ source: Source) throws -> [Float] {
    let (mean, deviation) = (source.preprocessing.mean, source.preprocessing.deviation)
    return try source.train.batch(Array(0..<source.train.count)).x.values().enumerated().map {
      ($1 * deviation[$0 % 3] + mean[$0 % 3]).rounded()
    }
  }

  @Test(arguments: forms)
  func everyFormHoldsTheSameCells(form: String) throws {
    let source = try open(bytes(form))
    #expect(try raw(source) == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1])
    #expect(source.domain.shape == [3] && source.domain.support == .real)
    #expect(
      source.domain.columns == (form == "records" ? ["g0", "g1", "g2"] : ["var0", "var1", "var2"]))
    #expect(source.domain.classes == ["B", "T"])
    #expect(try source.train.labels() == [0, 1, 1, 0])
    let column = form == "records" ? "bulk_labels" : "cell_type"
    #expect(source.preprocessing.labelColumn == column)
    #expect(source.notes == ["column \(column) of obs taken as the class of each row"])
  }

  @Test func theClassIsTheColumnAskedFor() throws {
    #expect(try open(bytes("dense"), label: "none").domain.classes.isEmpty)
    #expect(try open(bytes("dense"), label: "_index").domain.classes.count == 4)
    #expect(
      sentence { _ = try open(bytes("dense"), label: "cell_typ") }
        == "obs of c.h5ad has no column called cell_typ; it has _index, cell_type; "
        + "did you mean cell_type?")
    #expect(
      sentence { _ = try open(bytes("records"), label: "q") }.contains("holds no classes"))
  }

  @Test func aSpaceFindsItsGenesByName() throws {
    let old = try open(bytes("dense"))
    var domain = old.domain
    domain.columns = ["var2", "var0", "var1"]
    let path = try folder.file("n.h5ad", bytes("sparse"))
    let new = try Source.open(path, like: Preprocessing(), domain: domain)
    #expect(try new.test.batch([0, 1]).x.values() == [2, 0, 1, 0, 3, 4])
    domain.columns[1] = "other"
    #expect(
      sentence { _ = try Source.open(path, like: Preprocessing(), domain: domain) }
        == "n.h5ad lacks 1 of the 3 columns that this space takes, such as other")
  }

  @Test func theNewerLayoutIsRefusedWithTheRemedy() throws {
    #expect(
      sentence { _ = try open(bytes("latest")) }
        == "c.h5ad: X is laid out in a way that cannot be read; write the file with libver earliest"
    )
  }

  @Test(arguments: forms)
  func everyCutIsRefusedInOneSentence(form: String) throws {
    let good = try bytes(form)
    for count in stride(from: 0, to: good.count - 1, by: 61) {
      let said = sentence { _ = try open(Array(good.prefix(count))) }
      #expect(said.hasPrefix("c.h5ad ") && !said.contains("\n"), "\(count): \(said)")
    }
  }

  @Test func sizesThatLieTakeNoMemory() throws {
    let before = try peakOfAddresses()
    let good = try bytes("dense")
    // The shape of X, and then also its greatest shape.
    let shape = little(UInt64(4)) + little(UInt64(3))
    let lie = little(UInt64(1) << 30) + little(UInt64(1) << 20)
    var bytes = Data(good)
    while let range = bytes.range(of: Data(shape)) {
      bytes.replaceSubrange(range, with: lie)
    }
    #expect(sentence { _ = try open([UInt8](bytes)) }.contains("more than its chunks can hold"))
    #expect(try peakOfAddresses() - before < 1 << 34)
  }

  @Test func whatIsNoTableOfCellsIsRefused() throws {
    #expect(sentence { _ = try open(Array("no cells".utf8)) } == "c.h5ad is not an HDF5 file")
  }
}
