import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// What each reader makes of good files, and the sentence for each kind of bad one.
@Suite struct ReaderTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func refusal(_ name: String, _ bytes: [UInt8]) -> String {
    sentence { _ = try Source.open(folder.file(name, bytes), .whole) }
  }

  private func npy(_ type: String, _ shape: String, _ data: [UInt8], order: String = "False")
    -> [UInt8]
  {
    let header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n"
    return [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, UInt8(header.utf8.count), 0]
      + Array(header.utf8) + data
  }

  private func bytes(_ floats: [Float]) -> [UInt8] { floats.withUnsafeBytes { Array($0) } }

  @Test func idxImagesTakeTheLabelsBesideThem() throws {
    let path = try folder.file(
      "images.idx", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 51, 102, 255])
    _ = try folder.file("labels.idx", [0, 0, 8, 1, 0, 0, 0, 2, 7, 3])
    let source = try Source.open(path, .whole)
    #expect(source.domain.shape == [1, 1, 2] && source.domain.classes == ["3", "7"])
    let batch = try source.train.batch([1, 0])
    let x = try batch.x.values()
    #expect(x == [0.4, 1, 0, 0.2])
    #expect(try batch.labels?.values(as: Int64.self) == [0, 1])
  }

  @Test func idxNumbersHaveTheirHighByteFirst() throws {
    let path = try folder.file(
      "a.idx", [0, 0, 0x0b, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 5, 1, 4])
    let source = try Source.open(path, .whole)
    #expect(try source.train.batch([0, 1]).x.values() == [-1, 1])  // 5 and 260, standardised
    #expect(source.preprocessing.mean == [132.5] && source.preprocessing.deviation == [127.5])
  }

  @Test func anIDXHeaderThatLiesIsRefusedBeforeMemoryIsTaken() {
    let lie: [UInt8] = [0, 0, 8, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 9, 9]
    #expect(
      refusal("lie.idx", lie)
        == "lie.idx holds 2 bytes of data, but its header promises 1099511627776")
    let overflow: [UInt8] = [0, 0, 8, 3] + [UInt8](repeating: 255, count: 12)
    #expect(refusal("big.idx", overflow).hasPrefix("big.idx is damaged: its header promises"))
    #expect(refusal("no.idx", [1, 2, 3, 4]).hasPrefix("no.idx is not an IDX file"))
    #expect(refusal("rank.idx", [0, 0, 8, 200, 0]).contains("a rank of 200"))
    #expect(refusal("cut.idx", [0, 0, 8, 3, 0, 0]) == "cut.idx ends inside its header")
  }

  @Test func npyOfEveryOrderAndTypeGivesTheSameNumbers() throws {
    let plain = try folder.file("p.npy", npy("<f4", "(2, 2)", bytes([0, 1, 0.5, 0.25])))
    let turned = try folder.file(
      "t.npy", npy("<f4", "(2, 2)", bytes([0, 0.5, 1, 0.25]), order: "True"))
    let swapped = try folder.file(
      "s.npy",
      npy(">f4", "(2, 2)", [0, 0, 0, 0, 0x3f, 0x80, 0, 0, 0x3f, 0, 0, 0, 0x3e, 0x80, 0, 0]))
    let half = try folder.file("h.npy", npy("<f2", "(2, 2)", [0, 0, 0, 0x3c, 0, 0x38, 0, 0x34]))
    for path in [plain, turned, swapped, half] {
      let source = try Source.open(path, .whole)
      #expect(try source.train.batch([0, 1]).x.values() == [0, 1, 0.5, 0.25])
      #expect(source.domain.support == .unit)
    }
  }

  @Test func picturesWithChannelsLastBecomeChannelsFirst() throws {
    let levels = (0..<12).map { UInt8($0 * 17) }
    let path = try folder.file("c.npy", npy("|u1", "(1, 2, 2, 3)", levels))
    let source = try Source.open(path, .whole)
    #expect(source.domain.shape == [3, 2, 2])
    let places: [Float] = [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]
    #expect(try source.train.batch([0]).x.values() == places.map { $0 * 17 / 255 })
  }

  @Test func badNumPyFilesGetOneSentence() {
    #expect(
      refusal("lie.npy", npy("<f4", "(1048576, 1048576)", [0]))
        == "lie.npy holds 1 bytes of data, but its header promises 4398046511104")
    #expect(refusal("o.npy", npy("<f8", "(9223372036854775807, 9)", [])).contains("is damaged"))
    #expect(
      refusal("n.npy", npy("<f4", "(2, 1)", bytes([1, .nan])))
        == "n.npy row 1 holds nan: each number must be finite")
    #expect(
      refusal("e.npy", npy("<f4", "(0, 3)", [])) == "e.npy holds no examples: its shape is 0x3")
    #expect(refusal("c.npy", npy("<c8", "(1,)", [])).contains("numbers of type <c8"))
    #expect(refusal("x.npy", [1, 2, 3]) == "x.npy is not a NumPy array")
  }

  @Test func whatWeWriteHasTheBytesNumPyWrites() throws {
    let path = folder.path + "/w.npy"
    try NPY.write(Tensor([Float(1), 2, 3, 4, 5, 6], shape: [2, 3]), to: path)
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    #expect(data.count == 128 + 24)
    #expect(data.prefix(10) == Data([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]))
    #expect(String(decoding: data[10..<10 + header.utf8.count], as: UTF8.self) == header)
    #expect(data[127] == 10 && Array(data[128..<132]) == [0, 0, 0x80, 0x3f])
    try NPY.write(Tensor([Int64(7), -1]), to: path)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(
      String(decoding: whole[10..<128], as: UTF8.self).contains(
        "'<i8', 'fortran_order': False, 'shape': (2,)"))
    #expect(Array(whole[128...]) == [7, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 255, count: 8))
  }

  @Test func textLinesAreBytesAndOnePlusPadding() throws {
    let path = try folder.file("t.txt", "ab\n\nc\r\n")
    let source = try Source.open(path, .whole)
    #expect(source.domain.shape == [2] && source.domain.support == .tokens)
    #expect(try source.train.batch([0, 1]).x.values() == [98, 99, 100, 0])
    #expect(source.notes == ["1 empty line of t.txt left out"])
  }

  @Test func filesOfNoKnownKindAreNamed() {
    #expect(refusal("a.xyz", [1]).contains("a.xyz is of no kind that can be read"))
    #expect(refusal("empty.csv", []) == "empty.csv holds no rows")
    #expect(refusal("empty.txt", []) == "empty.txt holds no lines of text")
  }

  @Test func gzipThatIsCutOffSaysSo() throws {
    // gzip of "a,b\n1,2\n3,4\n", without its last bytes.
    let packed: [UInt8] = [
      0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0xd4, 0x49, 0xe2, 0x32, 0xd4,
    ]
    #expect(
      refusal("g.csv.gz", packed) == "g.csv.gz ends too early: its compressed data is cut off")
  }

  /// bzip2 of "a,b\n1,2\n3,4\n", in one member and in two.
  private static let bzip2 = [
    "QlpoOTFBWSZTWQMMHxsAAAVZAAAQAAQ8ADAAIAAiHqGIQwInNOOAHi7kinChIAYYPjY=",
    "QlpoOTFBWSZTWb+HQH8AAANZAAAQAAQwADAAIAAwwAhpsogjJ4u5IpwoSF/DoD+A"
      + "QlpoOTFBWSZTWS2f5zYAAAFYAAAQAAQMACAAIZpoM00XPF3JFOFCQLZ/nNg=",
  ]

  @Test(arguments: bzip2, ["b.csv.bz2", "b.csv"])
  func whatBzip2PackedIsReadWhateverItsName(packed: String, name: String) throws {
    let bytes = [UInt8](try #require(Data(base64Encoded: packed)))
    let source = try Source.open(folder.file(name, bytes), .whole)
    #expect(source.domain.columns == ["a", "b"])
    #expect(try source.train.batch([0, 1]).x.values() == [-1, -1, 1, 1])
  }

  @Test func damagedBzip2SaysWhatIsWrong() throws {
    let bytes = [UInt8](try #require(Data(base64Encoded: Self.bzip2[0])))
    let cut = "b.csv.bz2 ends too early: its compressed data is cut off"
    for count in [4, 9, 10, 30, bytes.count - 1] {
      #expect(refusal("b.csv.bz2", Array(bytes.prefix(count))) == cut, "\(count) bytes")
    }
    var flipped = bytes
    flipped[11] ^= 1  // of the block's checksum
    #expect(
      refusal("b.csv.bz2", flipped)
        == "b.csv.bz2 is damaged: its compressed data cannot be read")
    #expect(refusal("b.csv.bz2", Array("a,b\n1,2\n".utf8)) == "b.csv.bz2 is not what bzip2 writes")
    #expect(refusal("b.csv.bz2", []) == cut)
  }

  @Test func whatBzip2UnpacksToIsBounded() throws {
    let bytes = [UInt8](try #require(Data(base64Encoded: Self.bzip2[0])))
    let unpacked = try bytes.withUnsafeBytes { try BunzipStream($0, name: "b").rest() }
    #expect(unpacked == Array("a,b\n1,2\n3,4\n".utf8))
    func endless(_ limit: Int) throws -> Int {
      try pieces(limit: limit, of: "b") { $0.count }.count
    }
    #expect(sentence { _ = try endless(3 << 20) } == "b is too large when decompressed")
  }

  @Test func aSpacesInputsAreReadAlikeWhateverTheirRange() throws {
    let levels = (0..<128).map { Float($0 % 3) / 4 }
    let grey = try Source.open(folder.file("g.npy", npy("<f4", "(2, 8, 8)", bytes(levels))), .whole)
    #expect(grey.domain.shape == [1, 8, 8] && grey.domain.support == .unit)
    let series = Domain(shape: [8, 8], support: .real)
    var preprocessing = Preprocessing()
    preprocessing.mean = [0.25]
    preprocessing.deviation = [0.5]
    let path = folder.path + "/g.npy"
    let again = try Source.open(path, like: preprocessing, domain: series)
    #expect(try again.test.batch([0]).x.shape == [1, 8, 8])
    let first = try again.test.batch([0]).x.values().prefix(3)
    #expect(first == [-0.5, 0, 0.5])
    let binary = Domain(shape: [1, 8, 8], support: .binary)
    #expect(
      sentence { _ = try Source.open(path, like: Preprocessing(), domain: binary) }
        .hasSuffix("does not hold zeros and ones alone, which this space takes"))
    preprocessing.length = -1
    #expect(
      sentence { _ = try Source.open(path, like: preprocessing, domain: series) }
        == "the space's preprocessing has no length")
  }
}
