import Files
import Foundation
import Testing
import Torch

@testable import Datasets

@Suite struct PictureTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func picture(_ name: String, _ level: UInt8, width: Int = 4, height: Int = 4) throws {
    let data = try PNG.encode(
      pixels: [UInt8](repeating: level, count: width * height), width: width, height: height,
      channels: 1)
    _ = try folder.file(name, Array(data))
  }

  @Test func pngKeepsEveryLevel() throws {
    let levels = (0..<24).map { UInt8($0 * 10) }
    let data = try PNG.encode(pixels: levels, width: 4, height: 2, channels: 3)
    #expect(try Image.decode(data) == Image(width: 4, height: 2, channels: 3, pixels: levels))
  }

  @Test func shrinkingAveragesAndGrowingInterpolates() {
    let image = Image(width: 4, height: 1, channels: 1, pixels: [0, 100, 200, 100])
    #expect(image.resized(height: 1, width: 2).pixels == [50, 150])
    #expect(image.resized(height: 2, width: 4).pixels == image.pixels + image.pixels)
    let two = Image(width: 2, height: 1, channels: 1, pixels: [0, 100])
    #expect(two.resized(height: 1, width: 4).pixels == [0, 25, 75, 100])
  }

  @Test func subFoldersAreClasses() throws {
    for (i, name) in ["cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png"].enumerated() {
      try picture(name, UInt8(i))
    }
    let source = try Source.open(folder.path)
    #expect(source.domain.shape == [1, 4, 4] && source.domain.classes == ["cat", "dog"])
  }

  @Test func aBrokenPictureIsSkippedWithANoteOrRefused() throws {
    for i in 0..<4 { try picture("\(i).png", UInt8(i)) }
    try picture("bad.png", 9)
    let path = folder.path + "/bad.png"
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    try data.prefix(data.count - 20).write(to: URL(fileURLWithPath: path))
    let source = try Source.open(folder.path)
    #expect(source.train.count + source.validation.count + source.test.count == 4)
    #expect(source.notes.count == 1)
    #expect(source.notes.first?.contains("1 broken file of") == true)
    #expect(source.notes.first?.contains("bad.png is damaged") == true)
    var options = SourceOptions()
    options.strict = true
    #expect(sentence { _ = try Source.open(folder.path, options) }.hasPrefix("bad.png is damaged"))
  }

  @Test func differentSizesNeedOneToBeGiven() throws {
    try picture("a.png", 50)
    try picture("b.png", 100, width: 6)
    try picture("c.png", 200)
    #expect(
      sentence { _ = try Source.open(folder.path) }
        == "a.png has 4x4 pixels and b.png 6x4: give one size for all with --size")
    var options = SourceOptions()
    options.size = [2, 3]
    #expect(try Source.open(folder.path, options).domain.shape == [1, 2, 3])
  }

  @Test func onDiskAndInMemoryGiveTheSameInputs() throws {
    for i in 0..<3 { try picture("\(i).png", UInt8(i * 100)) }
    var notes: [String] = []
    var pictures = try MediaFolder(folder: folder.path)
    let stores = try [0, 1 << 20].map {
      try pictures.store(size: nil, channels: nil, strict: true, notes: &notes, budget: $0)
    }
    #expect(stores[0] is DecodedStore && stores[1] is ArrayStore)
    let batches = try stores.map {
      try Examples(store: $0, labels: nil, factorValues: nil, finish: Finish(divisor: 255))
        .batch([2, 0]).x.values()
    }
    #expect(batches[0] == batches[1] && batches[0][0] == 200.0 / 255)
  }

  @Test func picturesBeyondTheMemoryAreDecodedOnce() throws {
    for i in 0..<3 { try picture("\(i).png", UInt8(i * 100)) }
    var notes: [String] = []
    var pictures = try MediaFolder(folder: folder.path)
    let store = try pictures.store(
      size: nil, channels: nil, strict: true, notes: &notes, budget: 0)
    let examples = Examples(
      store: store, labels: nil, factorValues: nil, finish: Finish(divisor: 255))
    let first = try examples.batch([2, 0]).x.values()
    for name in ["0.png", "2.png"] { try picture(name, 255) }
    #expect(try examples.batch([2, 0]).x.values() == first)
    // The one that was not fetched before is read now.
    try picture("1.png", 255)
    #expect(try examples.batch([1]).x.values()[0] == 1)
  }

  @Test func otherShapesThanTheSpacesAreRefused() throws {
    for i in 0..<3 { try picture("\(i).png", UInt8(i)) }
    let domain = Domain(shape: [1, 28, 28], support: .unit)
    #expect(
      sentence { _ = try Source.open(folder.path, like: Preprocessing(), domain: domain) }
        .hasSuffix("holds 1x4x4 images; this space takes 1x28x28 images: add --size 28,28"))
    var preprocessing = Preprocessing()
    preprocessing.size = [28, 28]
    preprocessing.divisor = 255
    let source = try Source.open(folder.path, like: preprocessing, domain: domain)
    #expect(source.test.count == 3 && source.domain == domain)
  }

  @Test func aHeaderThatClaimsTooManyPixelsIsRefused() throws {
    var data = try PNG.encode(pixels: [0], width: 1, height: 1, channels: 1)
    // A width of 60,000 and height of 60,000, with the checksum that belongs to them.
    let size: [UInt8] = [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]
    data.replaceSubrange(16..<24, with: size)
    let sum = checksum(Array(data[12..<29]))
    data.replaceSubrange(
      29..<33, with: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) })
    #expect(
      sentence { _ = try Image.decode(data, name: "huge.png") }
        == "huge.png claims 60000x60000 pixels; up to 64 million can be read")
  }

  private func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1
      }
    }
  }
}
