import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// NumPy's zip archives as Python writes them, and each way in which one can lie.
@Suite struct ZipTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func npz(_ name: String, _ bytes: [UInt8]? = nil) throws -> NPZ {
    let bytes = try bytes ?? [UInt8](Archive(name).bytes)
    return try NPZ(MappedFile(folder.file(name, bytes)))
  }

  private func zip(_ name: String, _ bytes: [UInt8]? = nil) throws -> Zip {
    let bytes = try bytes ?? [UInt8](Archive(name).bytes)
    return try Zip(MappedFile(folder.file(name, bytes)))
  }

  /// What reading the array `x` of an archive says.
  private func refusal(_ name: String, _ bytes: [UInt8]? = nil) -> String {
    sentence { _ = try npz(name, bytes).array("x") }
  }

  @Test(arguments: ["stored.npz", "deflated.npz", "wide.npz", "streamed.npz"])
  func eachArrayHasTheNumbersThatPythonWrote(name: String) throws {
    let golden = try Archive(name), archive = try npz(name)
    #expect(archive.names == (Array(golden.arrays.keys) + Array(golden.texts.keys)).sorted())
    for (key, expected) in golden.arrays {
      let array = try archive.array(key)
      #expect(array.shape == expected.shape, "\(key)")
      #expect(array.floats() == expected.values.map { Float($0) }, "\(key)")
    }
    for (key, expected) in golden.texts {
      #expect(try archive.strings(key) == expected, "\(key)")
      #expect(
        sentence { _ = try archive.array(key) }
          == "\(key) in \(name) holds text; only arrays of numbers can be read")
    }
    #expect(try archive.strings("x") == nil)
  }

  @Test func storedArraysAreMappedAndDeflatedOnesUnpacked() throws {
    guard case .mapped = try npz("stored.npz").array("x").bytes else {
      return #expect(Bool(false), "a stored array was copied")
    }
    guard case .owned = try npz("deflated.npz").array("x").bytes else {
      return #expect(Bool(false), "a deflated array was mapped")
    }
  }

  @Test func theDirectoryListsFilesAndNoFolders() throws {
    let archive = try zip("deflated.npz")
    #expect(archive.entries.contains { $0.name == "notes/read.me" })
    #expect(!archive.entries.contains { $0.name == "notes/" })
    let note = try #require(archive.entries.first { $0.name == "notes/read.me" })
    #expect(try archive.contents(of: note) == Array("no array".utf8))
    #expect(try archive.start(of: note, 2) == Array("no".utf8))
    #expect(
      sentence { _ = try archive.contents(of: note, limit: 7) }
        == "notes/read.me in deflated.npz is too large: 8 bytes")
  }

  @Test func aSourceOfOneArchiveTakesItsInputs() throws {
    let source = try Source.open(folder.file("s.npz", [UInt8](Archive("small.npz").bytes)), .whole)
    #expect(source.train.count == 3 && source.domain.shape == [1])
    #expect(try source.train.batch([0, 1, 2]).x.values() == [7, 8, 9].map { $0 / 255 })
  }

  @Test func aMissingMemberIsNamed() throws {
    #expect(
      sentence { _ = try npz("small.npz").array("y") }
        == "small.npz holds no array called y; it has x")
    #expect(
      sentence { _ = try npz("small.npz").strings("names") }
        == "small.npz holds no array called names; it has x")
    let bare = try Archive("small.npz").replacing(Array("x.npy".utf8), Array("x.txt".utf8))
    #expect(refusal("bare.npz", bare) == "bare.npz holds no NumPy arrays")
    let other = try Archive("stored.npz").replacing(Array("x.npy".utf8), Array("q.npy".utf8))
    let path = try folder.file("other.npz", other)
    #expect(
      sentence { _ = try Source.open(path) }
        .hasSuffix("name the inputs x, data, images or arr_0"))
  }

  @Test func sizesThatLieAreRefusedBeforeMemoryIsTaken() throws {
    let before = try peakOfAddresses()
    #expect(
      refusal("promise40.npz")
        == "x in promise40.npz holds 3 bytes of data, but its header promises 1099511627776")
    // A directory that tells the same lie as the header.
    let size = try #require(zip("promise40.npz").entries.first).size
    func lying(_ name: String, _ power: Int) throws -> [UInt8] {
      try Archive(name).replacing(little(size), little(size - 3 + 1 << power))
    }
    #expect(
      refusal("lie40.npz", try lying("promise40.npz", 40))
        == "x.npy in lie40.npz is too large: \(size - 3 + 1 << 40) bytes")
    #expect(
      refusal("lie35.npz", try lying("promise35.npz", 35))
        == "x.npy in lie35.npz is damaged: its header promises \(size - 3 + 1 << 35) bytes, "
        + "more than the file can hold")
    #expect(
      refusal("longer.npz", try Archive("small.npz").replacing(little(size), little(1 << 40)))
        .hasPrefix("x in longer.npz holds 1099511627"))
    #expect(try peakOfAddresses() - before < 1 << 34)
  }

  @Test func aDirectoryThatLiesIsRefused() throws {
    let archive = try Archive("small.npz")
    let damaged = " is damaged: its zip directory cannot be read"
    let packed = try #require(zip("small.npz").entries.first).range.count
    #expect(
      refusal("a.npz", try archive.replacing(little(packed), little(1 << 40))) == "a.npz" + damaged)
    #expect(
      refusal("b.npz", try archive.replacing([0x50, 0x4b, 3, 4], [0x50, 0x4b, 3, 5]))
        == "b.npz" + damaged)
    #expect(
      refusal("c.npz", try archive.replacing([0x50, 0x4b, 1, 2], [0x50, 0x4b, 1, 3]))
        == "c.npz" + damaged)
    // The 64-bit end of the directory: one entry here, one in all.
    let counts = little(1) + little(1)
    #expect(
      refusal("d.npz", try archive.replacing(counts, little(1) + little(1 << 40)))
        == "d.npz" + damaged)
    let stored = try Archive("stored.npz")
    let entry = try #require(zip("stored.npz").entries.first { $0.name == "x.npy" })
    let sizes = little(UInt32(entry.size)) + little(UInt32(entry.size))
    let two = little(UInt32(entry.size)) + little(UInt32(entry.size - 1))
    #expect(
      refusal("e.npz", try stored.replacing(sizes, two))
        .hasSuffix("in e.npz is damaged: two sizes for one file"))
  }

  @Test func whatCannotBeUnpackedSaysWhy() throws {
    #expect(
      refusal("bzip2.npz") == "x.npy in bzip2.npz is packed by a method other than deflate")
    let archive = try Archive("deflated.npz")
    let entry = try #require(zip("deflated.npz").entries.first { $0.name == "x.npy" })
    let wrong = try archive.replacing(little(entry.checksum), little(entry.checksum ^ 1))
    #expect(refusal("sum.npz", wrong) == "x.npy in sum.npz is damaged: wrong checksum")
    // Version, flags and method, as they stand in the directory.
    let plain: [UInt8] = [20, 3, 20, 0, 0, 0, 8, 0],
      encrypted: [UInt8] = [20, 3, 20, 0, 1, 0, 8, 0]
    #expect(
      refusal("key.npz", try archive.replacing(plain, encrypted)).hasSuffix(
        "in key.npz is encrypted"))
    var torn = [UInt8](archive.bytes)
    for place in entry.range.dropFirst(entry.range.count / 2) { torn[place] = 0xff }
    #expect(refusal("torn.npz", torn).contains("torn.npz"))
    #expect(
      refusal("text.npz", Array("no archive, but long enough for one".utf8))
        == "text.npz is not a zip archive, or its end is cut off")
  }

  @Test(arguments: ["stored.npz", "small.npz", "streamed.npz"])
  func everyCutIsRefusedInOneSentence(name: String) throws {
    let bytes = [UInt8](try Archive(name).bytes)
    for count in 0..<bytes.count {
      let said = refusal("cut.npz", Array(bytes.prefix(count)))
      #expect(said.contains("cut.npz") && !said.contains("\n"), "\(count) bytes: \(said)")
    }
  }
}
