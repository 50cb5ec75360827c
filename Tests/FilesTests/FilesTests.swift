import Foundation
import Testing

import Files

@Suite struct FilesTests {
  let folder = NSTemporaryDirectory() + UUID().uuidString

  init() throws { try makeFolder(folder) }

  @Test func theFolderOfAPathIsFoundForNamesOfAnyLength() {
    #expect(parentFolder(of: "z") == ".")
    #expect(parentFolder(of: "a/z") == "a")
    #expect(parentFolder(of: "/z") == "/")
    #expect(parentFolder(of: "/a/b/c.txt") == "/a/b")
  }

  @Test func aWrittenFileReadsBack() throws {
    try AtomicFile.write(Data("twelve bytes".utf8), to: folder + "/a")
    #expect(try MappedFile(folder + "/a").bytes.count == 12)
  }

  @Test func aFailedWriteLeavesTheOldFileAndNothingElse() throws {
    let path = folder + "/a"
    try AtomicFile.write(Data("old".utf8), to: path)
    #expect(throws: UserError("stop")) {
      try AtomicFile.write(to: path) { file in
        try file.append(Data("new".utf8))
        throw UserError("stop")
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("old".utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
  }

  @Test func anAbsentFileIsNamed() {
    #expect(throws: UserError("cannot open /no/such: no such file or directory")) {
      try MappedFile("/no/such")
    }
  }

  @Test func aFullDiskIsSaid() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    #expect(throws: UserError.self) { try AtomicFile.write(Data("x".utf8), to: "/dev/full/x") }
  }

  @Test func theNearestWordIsOffered() {
    #expect(nearest(to: "--epoch", among: ["--epochs", "--batch"]) == "--epochs")
    #expect(nearest(to: "zebra", among: ["vae", "iwae"]) == nil)
  }
}
