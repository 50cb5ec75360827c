import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// One header and its file, as old tools write them, with the bytes of `size` in place of its own.
func tarFile(
  _ name: String, _ content: String, kind: String = "0", size: [UInt8]? = nil
) -> [UInt8] {
  var header = [UInt8](repeating: 0, count: 512)
  func set(_ place: Int, _ bytes: some Sequence<UInt8>) {
    for (i, byte) in bytes.enumerated() { header[place + i] = byte }
  }
  let octal = String(content.utf8.count, radix: 8)
  set(0, Array(name.utf8).prefix(100))
  set(124, size ?? Array((String(repeating: "0", count: 11 - octal.count) + octal).utf8))
  set(156, kind.utf8)
  set(148, [UInt8](repeating: 32, count: 8))
  let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
  set(148, Array((String(repeating: "0", count: 6 - sum.count) + sum).utf8) + [0, 32])
  let blank = (512 - content.utf8.count % 512) % 512
  return header + Array(content.utf8) + [UInt8](repeating: 0, count: blank)
}

/// Tar archives as Python writes them, and each way in which one can lie.
@Suite struct TarTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// Names and texts of an archive's files.
  private func files(_ bytes: [UInt8]) throws -> [String: String] {
    let path = try folder.file("a.tar", bytes)
    var fingerprint = Fingerprint()
    let members = try Member.all(of: path, &fingerprint)
    return Dictionary(
      members.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) },
      uniquingKeysWith: { $1 })
  }

  private func refusal(_ bytes: [UInt8]) -> String {
    sentence { _ = try files(bytes) }
  }

  @Test(arguments: ["ustar.tar.gz", "gnu.tar.gz", "pax.tar.gz"])
  func eachFileHasTheNameAndTextThatPythonWrote(name: String) throws {
    let archive = try Archive(name)
    #expect(try files([UInt8](archive.bytes)) == archive.texts.mapValues { $0[0] })
  }

  @Test func foldersOfTextsAreTheirClasses() throws {
    let path = try folder.file("p.tar.gz", [UInt8](Archive("pax.tar.gz").bytes))
    let source = try Source.open(path, .whole)
    #expect(source.domain.support == .tokens && source.domain.shape == [600])
    #expect(source.domain.classes.count == 4 && source.domain.classes[0] == "a")
    #expect(try source.train.labels()?.prefix(3) == [0, 0, 1])
    #expect(try text(source.train, 1) == "two\nlines")
  }

  @Test func classesAreWhatFoldersDoNotShare() {
    #expect(folderClasses(["a/b/c/1", "a/b/d/2"]) == ["c", "d"])
    #expect(folderClasses(["m/1", "m/a/2"]) == ["m", "m/a"])
    #expect(folderClasses(["x", "/", "a/y", ""]) == ["", "", "a", ""])
    #expect(folderClasses(["a/1", "a/2"]) == nil && folderClasses([]) == nil)
  }

  @Test func sizesInBinaryAndFilesWithoutAnEndAreRead() throws {
    let binary: [UInt8] = [0x80] + [UInt8](repeating: 0, count: 10) + [3]
    #expect(try files(tarFile("a", "abc", size: binary)) == ["a": "abc"])
    #expect(try files(Array(tarFile("a", "abc").prefix(515))) == ["a": "abc"])
    #expect(try files(tarFile("d/", "") + tarFile("a", "abc")) == ["a": "abc"])
    #expect(try files(tarFile("x", "11 size=2\n", kind: "x") + tarFile("a", "ab")) == ["a": "ab"])
  }

  @Test func sizesThatLieAreRefused() throws {
    let wrong = "a.tar ends within a, or its header names a wrong size"
    for size in [
      Array("77777777777".utf8), Array("-1".utf8), Array("abc".utf8),
      [UInt8](repeating: 0xff, count: 12), [0x80] + [UInt8](repeating: 0xff, count: 11),
    ] {
      #expect(refusal(tarFile("a", "abc", size: size)) == wrong)
    }
    let words = tarFile("x", "28 size=9223372036854775807\n", kind: "x")
    #expect(refusal(words + tarFile("a", "abc")) == wrong)
    #expect(refusal(tarFile("x", "10 size=x\n", kind: "x") + tarFile("a", "abc")) == wrong)
  }

  @Test func whatIsNoArchiveSaysSo() throws {
    #expect(refusal(Array(repeating: 65, count: 600)) == "a.tar is not a tar archive")
    #expect(
      refusal(tarFile("a", "abc") + Array(repeating: 65, count: 600))
        == "a.tar is damaged: there is no header of a file at byte 1024")
    #expect(
      refusal(tarFile("a", "abc", kind: "S")) == "a in a.tar is a sparse file, which is not read")
    let none = try folder.file("none.tar", [UInt8](repeating: 0, count: 1024))
    #expect(sentence { _ = try Source.open(none) } == "none.tar holds no texts")
  }

  @Test func everyCutIsReadOrRefusedInOneSentence() throws {
    let bytes = tarFile("a/1", "one") + tarFile("b/2", "two") + [UInt8](repeating: 0, count: 1024)
    for count in stride(from: 1, to: bytes.count, by: 13) {
      let said = refusal(Array(bytes.prefix(count)))
      #expect(said == "nothing was thrown" || said.hasPrefix("a.tar "), "\(count) bytes: \(said)")
    }
  }

  @Test func filesWithoutTextAreCountedOrRefused() throws {
    let path = try folder.file(
      "b.tar", tarFile("a/1", "one") + tarFile("a/2", "\0") + tarFile("b/3", "x"))
    var options = SourceOptions.whole
    let source = try Source.open(path, options)
    #expect(source.notes == ["1 file of b.tar left out as no text; the first: a/2"])
    #expect(source.domain.classes == ["a", "b"])
    options.strict = true
    #expect(
      sentence { _ = try Source.open(path, options) }
        == "a/2 in b.tar is no text: it holds bytes of 0")
  }
}
