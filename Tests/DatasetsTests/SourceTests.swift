import Files
import Foundation
import Testing
import Torch

@testable import Datasets

/// A folder of its own for one test, gone with it.
final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "latent-\(UUID().uuidString)"
    try makeFolder(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file here; its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let place = path + "/" + name
    try makeFolder((place as NSString).deletingLastPathComponent)
    try Data(bytes).write(to: URL(fileURLWithPath: place))
    return place
  }

  func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }
}

extension SourceOptions {
  /// All examples to train with.
  static var whole: Self {
    var options = Self()
    options.validation = 0
    options.test = 0
    return options
  }
}

/// The sentence that `body` throws.
func sentence(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "nothing was thrown"
  } catch let error as UserError {
    return error.description
  } catch {
    return "not a UserError: \(error)"
  }
}

@Suite struct SourceTests {
  @Test func planesAreSplitEightToOneToOneTheSameWayEachTime() throws {
    let a = try Source.open("mixture"), b = try Source.open("mixture")
    #expect(a.train.count == 8000 && a.validation.count == 1000 && a.test.count == 1000)
    #expect(a.fingerprint == b.fingerprint)
    #expect(try a.train.batch([5, 0]).x.values() == b.train.batch([5, 0]).x.values())
    var other = SourceOptions()
    other.seed = 1
    let c = try Source.open("mixture", other)
    #expect(try a.train.batch([0]).x.values() != c.train.batch([0]).x.values())
    #expect(a.fingerprint != c.fingerprint)
  }

  @Test func splitsShareNoExampleAndLoseNone() throws {
    let folder = try Folder()
    let rows = (0..<50).map { "\($0),\($0 % 2 == 0 ? "even" : "odd")" }.joined(separator: "\n")
    let source = try Source.open(folder.file("n.csv", "number,label\n" + rows))
    let parts = [source.train, source.validation, source.test]
    let store = try parts.flatMap { try $0.batch(Array(0..<$0.count)).x.values() }
    #expect(parts.map(\.count) == [40, 5, 5])
    #expect(Set(store).count == 50)
    #expect(source.domain.classes == ["even", "odd"])
  }

  @Test(arguments: ["rings", "mixture", "pinwheel", "moons"])
  func everyPlaneHasBalancedClassesAndFiniteFactors(name: String) throws {
    let source = try Source.open(name)
    #expect(source.domain.shape == [2])
    let labels = try #require(try source.train.labels())
    #expect(Set(labels) == Set(0..<source.domain.classes.count))
    let batch = try source.train.batch(Array(0..<100))
    #expect(batch.factors?.shape == [100, source.domain.factors.count])
    #expect(try batch.x.values().allSatisfy(\.isFinite))
  }

  @Test func unknownNamesSuggestTheNearest() {
    #expect(
      sentence { _ = try Source.open("fashion-mnits") }.contains("did you mean fashion-mnist?"))
    #expect(
      sentence { _ = try Source.open("no/such.npy") } == "there is no file or folder no/such.npy")
  }

  @Test func impossibleOptionsAreRefused() {
    var options = SourceOptions()
    options.validation = 0.6
    options.test = 0.5
    #expect(
      sentence { _ = try Source.open("moons", options) }
        == "validation and test leave no examples for training")
    options = SourceOptions()
    options.limit = 0
    #expect(
      sentence { _ = try Source.open("moons", options) } == "limit is 0; it must be at least 1")
    options = SourceOptions()
    options.binarise = .fixed
    #expect(sentence { _ = try Source.open("moons", options) }.contains("cannot be binarised"))
  }

  @Test(.enabled(if: Places.fashion != nil))
  func fashionKeepsItsOfficialTestSplit() throws {
    let source = try Source.open("fashion-mnist")
    #expect(source.train.count == 58000 && source.validation.count == 2000)
    #expect(source.test.count == 10000)
    #expect(source.domain.shape == [1, 28, 28] && source.domain.support == .unit)
    let batch = try source.test.batch([0, 1, 2])
    #expect(try batch.labels?.values(as: Int64.self) == [9, 2, 1])
    #expect(source.domain.classes[9] == "ankle boot")
    #expect(try batch.x.values().max() == 1)
  }

  @Test(.enabled(if: Places.digits != nil))
  func digitsHaveSixteenLevels() throws {
    let source = try Source.open("digits")
    #expect(source.train.count + source.validation.count + source.test.count == 1797)
    #expect(source.domain.shape == [1, 8, 8] && source.domain.classes.count == 10)
    let levels = try source.train.batch(Array(0..<200)).x.values()
    #expect(Set(levels.map { Int($0 * 16) }).count == 17)
    #expect(levels.allSatisfy { ($0 * 16).truncatingRemainder(dividingBy: 1) == 0 })
  }
}
