import Files
import Foundation
import Synchronization
import Testing
import Torch

@testable import Datasets

/// Letters, bytes and the first byte of a text, and how many texts were asked for.
private final class CountingEncoder: TextEncoding {
  let width = 3
  let fingerprint = "counting"
  let asked = Mutex(0)

  func vectors(of texts: [String]) throws -> Tensor {
    asked.withLock { $0 += texts.count }
    let values = texts.flatMap { text in
      [Float(text.count), Float(text.utf8.count), Float(text.utf8.first ?? 0)]
    }
    return Tensor(values, shape: [texts.count, 3])
  }
}

/// What was last said of how far the encoding is.
private final class Told: Sendable {
  let last = Mutex((done: 0, count: 0))
}

/// The mean of a picture's levels, and its height.
private struct MeanLevel: PictureEncoding {
  let width = 2
  let fingerprint = "levels"

  func vectors(of pictures: Tensor) throws -> Tensor {
    let means = pictures.flattened(from: 1).mean(over: 1)
    return try Tensor.stack([means, means * 0 + Double(pictures.size(2))], along: 1).checked()
  }
}

@Suite(.serialized) struct ExampleEncodingTests {
  private let folder = NSTemporaryDirectory() + "encoding-" + UUID().uuidString
  private let encoder = CountingEncoder()
  private let told = Told()

  init() throws {
    try makeFolder(folder)
    let lines = (0..<40).map { String(repeating: "é", count: 1 + $0 % 7) + " and \($0)" }
    try Data(lines.joined(separator: "\n").utf8)
      .write(to: URL(fileURLWithPath: folder + "/t.txt"))
    try Data("a,b\n1,2\n3,5\n2,2\n".utf8).write(to: URL(fileURLWithPath: folder + "/t.csv"))
    let telling: ExampleEncoders.Telling = { [told] count in
      { done in told.last.withLock { $0 = (done, count) } }
    }
    ExampleEncoders.open(names: ["counting"], keeping: folder + "/kept", telling: telling) {
      [encoder] name in
      if name.hasPrefix("levels") { return MeanLevel() }
      guard name.hasPrefix("counting") else { throw UserError("there is no encoder \(name)") }
      return encoder
    }
  }

  /// Encoders are opened once for a name, so that each test has one of its own.
  private func options(_ test: String = #function, raw: Bool = true) -> SourceOptions {
    var options = SourceOptions()
    (options.encoder, options.raw) = ("counting \(test)", raw)
    (options.validation, options.test) = (0, 0.25)
    return options
  }

  @Test func textsBecomeTheVectorsOfTheirEncoder() throws {
    let source = try Source.open(folder + "/t.txt", options())
    #expect(source.domain.shape == [3] && source.domain.support == .real)
    let x = try source.test.batch([0]).x.values(as: Float.self)
    #expect(x[1] > x[0] && x[2] == 0xc3)
    #expect(source.preprocessing.encoder?.hasPrefix("counting") == true)
    let plain = try Source.open(folder + "/t.txt")
    #expect(plain.fingerprint != source.fingerprint && plain.domain.support == .tokens)
  }

  @Test func whatWasEncodedOnceIsNotEncodedAgain() throws {
    let first = try Source.open(folder + "/t.txt", options())
    _ = try first.train.batch(Array(0..<first.train.count))
    let asked = encoder.asked.withLock { $0 }
    #expect(asked == first.train.count)
    #expect(told.last.withLock { $0.done == asked && $0.count == 40 })
    let again = try Source.open(folder + "/t.txt", options())
    let x = try again.train.batch(Array(0..<again.train.count)).x
    #expect(encoder.asked.withLock { $0 } == asked && x.size(0) == asked)
  }

  @Test func numbersAreStandardisedUnlessTheyAreWantedAsTheyAre() throws {
    let source = try Source.open(folder + "/t.txt", options(raw: false))
    let x = try source.train.batch(Array(0..<source.train.count)).x
    #expect(try x.mean(over: 0).abs().max().value() < 1e-4)
    let given = try #require(try source.preprocessing.encoded(["é and 0"]))
    #expect(given.count == 3 && given[2].isFinite)
  }

  @Test func newTextsAreReadAsTheSpaceReadsThem() throws {
    let source = try Source.open(folder + "/t.txt", options())
    let new = try Source.open(
      folder + "/t.txt", like: source.preprocessing, domain: source.domain)
    #expect(new.test.count == 40 && new.domain.shape == [3])
  }

  @Test func picturesBecomeTheVectorsOfTheirEncoder() throws {
    try makeFolder(folder + "/p")
    for level in 0..<8 {
      let pixels = [UInt8](repeating: UInt8(level * 30), count: 6 * 4)
      try PNG.write(
        pixels: pixels, width: 6, height: 4, channels: 1, to: folder + "/p/\(level).png")
    }
    var options = SourceOptions()
    (options.encoder, options.raw, options.validation, options.test) = ("levels", true, 0, 0.25)
    let source = try Source.open(folder + "/p", options)
    #expect(source.domain.shape == [2] && source.domain.support == .real)
    let all = try source.train.batch(Array(0..<source.train.count)).x.values(as: Double.self)
    let levels = stride(from: 0, to: all.count, by: 2).map { all[$0] * 255 / 30 }
    #expect(levels.allSatisfy { abs($0 - $0.rounded()) < 1e-4 })
    #expect(Set(levels.map { $0.rounded() }).count == 6)
    #expect(stride(from: 1, to: all.count, by: 2).allSatisfy { all[$0] == 4 })
    options.size = [8, 8]
    let large = try Source.open(folder + "/p", options)
    let heights = try large.test.batch([0, 1]).x.selected(1, 1).values(as: Double.self)
    #expect(heights == [8, 8])
    let new = try Source.open(folder + "/p", like: large.preprocessing, domain: large.domain)
    #expect(new.test.count == 8 && new.domain.shape == [2])
    options.encoder = "counting pictures"
    #expect(throws: UserError.self) { try Source.open(folder + "/p", options) }
    options.encoder = "levels of texts"
    #expect(throws: UserError.self) { try Source.open(folder + "/t.txt", options) }
  }

  @Test func whatIsWrongIsOneSentence() {
    #expect {
      try Source.open(folder + "/t.csv", options())
    } throws: {
      "\($0)".contains("holds no texts and no pictures, so --encoder has no meaning")
    }
    var other = SourceOptions()
    other.encoder = "nowhere"
    #expect(throws: UserError.self) { try Source.open(folder + "/t.txt", other) }
  }

  @Test func aRowThatWasNotWrittenInFullIsNotThere() throws {
    let path = folder + "/rows"
    let rows = try KeptRows(name: "a", count: 3, width: 2, folder: path)
    #expect(!rows.has(0))
    rows.keep([0, 0], at: 0)
    rows.keep([1, 2], at: 1)
    rows.keep([1, .nan], at: 2)
    #expect(rows.has(0) && rows.has(1) && !rows.has(2))
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path + "/a-3x2.rows"))
    try file.seek(toOffset: 16 + 4)
    try file.write(contentsOf: Data([1]))
    try file.close()
    let again = try KeptRows(name: "a", count: 3, width: 2, folder: path)
    #expect(again.has(0) && !again.has(1))
  }
}
