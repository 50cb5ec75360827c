import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// MATLAB's files, whose matrices lie column by column.
@Suite struct MATTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func matrices(_ name: String, _ bytes: [UInt8]? = nil) throws -> [MAT.Matrix] {
    let bytes = try bytes ?? [UInt8](Archive(name).bytes)
    return try bytes.withUnsafeBytes { try MAT.read($0, name) }
  }

  private func refusal(_ name: String, _ bytes: [UInt8]) -> String {
    sentence { _ = try Source.open(folder.file(name, bytes)) }
  }

  @Test(arguments: ["plain.mat", "packed.mat", "short.mat", "one.mat", "pictures.mat"])
  func eachMatrixHasTheNumbersThatPythonWrote(name: String) throws {
    let golden = try Archive(name), found = try matrices(name)
    #expect(Set(found.map(\.name)) == Set(golden.arrays.keys))
    for matrix in found {
      let expected = try #require(golden.arrays[matrix.name])
      #expect([matrix.rows, matrix.columns] == expected.shape)
      let array = try NPY.Array(
        bytes: .owned(matrix.bytes), offset: 0, shape: expected.shape, element: matrix.element,
        swapped: false
      ).rowsFirst(name)
      #expect(array.floats() == expected.values.map { Float($0) }, "\(matrix.name)")
    }
  }

  @Test func theLargestMatrixIsTheSource() throws {
    let golden = try Archive("plain.mat")
    let source = try Source.open(folder.file("p.mat", [UInt8](golden.bytes)), .whole)
    #expect(source.train.count == 3 && source.domain.shape == [2])
    let x = try source.train.batch([0, 1, 2]).x.values()
    let (mean, deviation) = (source.preprocessing.mean, source.preprocessing.deviation)
    let raw = x.enumerated().map { $1 * deviation[$0 % 2] + mean[$0 % 2] }
    let expected = try #require(golden.arrays["a"]).values
    #expect(zip(raw, expected).allSatisfy { abs(Double($0) - $1) < 1e-3 })
  }

  @Test func squareColumnsOfBytesArePictures() throws {
    let golden = try Archive("pictures.mat")
    let source = try Source.open(folder.file("f.mat", [UInt8](golden.bytes)), .whole)
    #expect(source.train.count == 3 && source.domain.shape == [1, 8, 8])
    #expect(source.notes == ["each column of faces taken as a picture of 8x8"])
    let faces = try #require(golden.arrays["faces"])
    // Place x * 8 + y of a column is the pixel in row y.
    let second = (0..<8).flatMap { y in
      (0..<8).map { x in Float(faces.values[(x * 8 + y) * 3 + 1]) / 255 }
    }
    #expect(try source.train.batch([1]).x.values() == second)
  }

  @Test func whatHoldsNoRealNumbersIsRefused() throws {
    #expect(try matrices("others.mat").isEmpty)
    #expect(
      refusal("o.mat", [UInt8](try Archive("others.mat").bytes))
        == "o.mat holds no matrix of numbers")
    #expect(
      refusal("big.mat", [UInt8](try Archive("big-endian.mat").bytes))
        == "big.mat is not a little-endian MATLAB 5 file")
    #expect(
      refusal("t.mat", Array("no matrix".utf8)) == "t.mat is not a little-endian MATLAB 5 file")
  }

  @Test func sizesThatLieAreRefusedBeforeMemoryIsTaken() throws {
    let before = try peakOfAddresses()
    let archive = try Archive("one.mat")
    let shape = little(Int32(3)) + little(Int32(2))
    func refused(_ rows: Int32, _ columns: Int32) throws -> String {
      refusal("lie.mat", try archive.replacing(shape, little(rows) + little(columns)))
    }
    #expect(
      try refused(1 << 20, 1 << 20)
        == "lie.mat is damaged: a matrix of 1048576x1048576 does not have 48 bytes")
    #expect(
      try refused(.max, .max)
        == "lie.mat is damaged: a matrix of 2147483647x2147483647 does not have 48 bytes")
    #expect(
      try refused(-3, -2) == "lie.mat is damaged: a matrix of -3x-2 does not have 48 bytes")
    // The tag of the numbers: doubles, 48 bytes of them.
    let tag = little(UInt32(9)) + little(UInt32(48))
    #expect(
      refusal("tag.mat", try archive.replacing(tag, little(UInt32(9)) + little(UInt32.max)))
        == "tag.mat is damaged: a part of it claims more bytes than there are")
    #expect(try peakOfAddresses() - before < 1 << 34)
  }

  @Test(arguments: ["one.mat", "packed.mat"])
  func everyCutOfAMatrixIsRefusedInOneSentence(name: String) throws {
    let bytes = [UInt8](try Archive(name).bytes)
    // Of two matrices, the first alone is a whole file.
    let first = 128 + 8 + Int(bytes[132]) + Int(bytes[133]) << 8
    for count in 0..<first {
      let said = refusal("cut.mat", Array(bytes.prefix(count)))
      #expect(said.contains("cut.mat") && !said.contains("\n"), "\(count) bytes: \(said)")
    }
  }
}
