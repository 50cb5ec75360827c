import Datasets
import Files
import Foundation
import Testing
import Torch

@testable import Exchange

@Suite struct ExportedTableTests {
  let folder = NSTemporaryDirectory() + "table-" + UUID().uuidString

  init() throws { try makeFolder(folder) }

  private var table: ExportedTable {
    ExportedTable(
      codes: [1, 2.5, -3, 0, 1e-7, 4], width: 2,
      known: [
        TableColumn("index", .integers([0, 1, 2])),
        TableColumn("class", .texts(["a \"b\"", nil, "c,d\n"])),
        TableColumn("z1", .numbers([nil, .nan, 2])),
      ])
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try MappedFile("\(folder)/\(name)").data, as: UTF8.self)
  }

  @Test func namesAreTheirOwn() {
    #expect(table.columns.map(\.name) == ["index", "class", "z1-2", "z0", "z1"])
  }

  @Test func aLineOfTextForEachExample() throws {
    try table.writeCSV(to: folder + "/t.csv")
    #expect(
      try text("t.csv") == """
        index,class,z1-2,z0,z1
        0,"a ""b""\",,1.0,2.5
        1,,nan,-3.0,0.0
        2,"c,d
        ",2.0,1e-07,4.0

        """)
    try table.writeJSONLines(to: folder + "/t.jsonl")
    let lines = try text("t.jsonl").split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0] == #"{"index":0,"class":"a \"b\"","z1-2":null,"code":[1.0,2.5]}"#)
    #expect(lines[2] == #"{"index":2,"class":"c,d\u000a","z1-2":2.0,"code":[1e-07,4.0]}"#)
  }

  @Test func arraysKeepTheirTypes() throws {
    let names = try table.writeArrays(in: folder)
    #expect(names == ["codes.npy", "index.npy", "class.txt", "z1-2.npy"])
    #expect(try NPY.read(folder + "/codes.npy").shape == [3, 2])
    let numbers: [Float] = try NPY.read(folder + "/z1-2.npy").values()
    #expect(numbers[0].isNaN && numbers[2] == 2)
    #expect(try text("class.txt") == "a \"b\"\n\nc,d \n")
    #expect(ExportedTable.fileName("../../etc/x") == "_.._etc_x")
    #expect(ExportedTable.fileName("codes") == "column-codes")
  }

  @Test func theProjectorHasRowsHeaderAndPicture() throws {
    let black = [UInt8](repeating: 0, count: 6), grey = [UInt8](repeating: 128, count: 6)
    let files = try Projector.write(
      table, title: "a \"b\"",
      Projector.Thumbnails(height: 2, width: 3, channels: 1, pictures: [black, grey, black]),
      in: folder)
    #expect(files == ["projector_config.pbtxt", "tensors.tsv", "metadata.tsv", "sprite.png"])
    #expect(try text("tensors.tsv") == "1.0\t2.5\n-3.0\t0.0\n1e-07\t4.0\n")
    #expect(
      try text("metadata.tsv") == "index\tclass\tz1-2\n0\ta \"b\"\t\n1\t\tnan\n2\tc,d \t2.0\n")
    let sprite = try Image.decode(try MappedFile(folder + "/sprite.png").data)
    #expect(sprite.height == 4 && sprite.width == 6, "two rows of two")
    #expect(sprite.pixels[3] == 128 && sprite.pixels[0] == 0 && sprite.pixels[23] == 255)
    #expect(
      try text("projector_config.pbtxt").contains("single_image_dim: 3\n    single_image_dim: 2"))
  }

  @Test func aFolderIsThereWholeOrNotAtAll() throws {
    let path = folder + "/made"
    try AtomicFolder.write(to: path) { try AtomicFile.write(Data("1".utf8), to: $0 + "/a") }
    #expect(throws: UserError.self) {
      try AtomicFolder.write(to: path) {
        try AtomicFile.write(Data("2".utf8), to: $0 + "/a")
        throw UserError("no")
      }
    }
    #expect(try text("made/a") == "1")
    try AtomicFolder.write(to: path + "/") { try AtomicFile.write(Data("3".utf8), to: $0 + "/b") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["b"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["made"])
  }
}
