import Files
import Foundation
import Testing
import Torch

@testable import Datasets

@Suite struct JoinedSplitTests {
  /// 40 rows of a table, of which a fifth is kept for testing and a quarter of the rest for validation.
  private func source() throws -> Source {
    let path = NSTemporaryDirectory() + "joined-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = (0..<40).map { ["\($0)", "\(($0 * 7) % 11)", ["a", "b", "c"][$0 % 3]] }
    try CSV.write(header: ["x", "y", "label"], rows: rows, to: path)
    var options = SourceOptions()
    (options.test, options.validation) = (0.2, 0.25)
    return try Source.open(path, options)
  }

  @Test func allIsOnePartAfterAnother() throws {
    let source = try source()
    let parts = [source.train, source.validation, source.test]
    let all = try source.examples(of: "all")
    #expect(all.count == 40 && parts.allSatisfy { $0.count > 0 })
    let x = try all.batch(Array(0..<40)).x.values()
    #expect(x == (try parts.flatMap { try $0.batch(Array(0..<$0.count)).x.values() }))
    #expect(try all.labels() == (try parts.flatMap { try $0.labels() ?? [] }))
    let last = source.test.count - 1
    let some = try all.subset([39, 0, 38]).batch([0, 1]).x.values()
    #expect(
      some
        == (try source.test.batch([last]).x.values() + source.train.batch([0]).x.values()))
    #expect(try source.examples(of: "validation").count == source.validation.count)
  }

  @Test func drawsAreThoseOfThePart() throws {
    func part(_ seed: UInt64) -> Examples {
      let store = ArrayStore(
        .owned([UInt8](repeating: 128, count: 300)), count: 3, shape: [100], element: .uint8)
      return Examples(
        store: store, labels: nil, factorValues: nil,
        finish: Finish(divisor: 255, binarise: .fixed, seed: Seed(seed)))
    }
    let all = Examples.joined([part(1), part(2)])
    #expect(try all.batch([4]).x.values() == part(2).batch([1]).x.values())
    #expect(try all.batch([1, 4]).x.values().prefix(100) == part(1).batch([1]).x.values()[...])
  }

  @Test func aPartWithoutExamplesIsNamed() throws {
    let path = NSTemporaryDirectory() + "joined-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try CSV.write(header: ["x"], rows: (0..<9).map { ["\($0)"] }, to: path)
    var options = SourceOptions()
    options.validation = 0
    let source = try Source.open(path, options)
    #expect(throws: UserError("\(source.name) has no validation examples")) {
      try source.examples(of: "validation")
    }
  }
}
