import Datasets
import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Evaluation

@Suite struct StandardisationTests {
  init() { Runtime.threads = 1 }

  @Test func columnsGetMeanNoughtAndDeviationOneAndComeBack() throws {
    let x = Tensor([1.0, 5, 2, 5, 6, 5], shape: [3, 2])
    let scale = Standardisation(x)
    let z = try scale(x).values(as: Double.self)
    let size = (14.0 / 3).squareRoot()
    let expected = [-2 / size, 0, -1 / size, 0, 3 / size, 0]
    #expect(zip(z, expected).allSatisfy { near($0, $1) })
    let back = try scale.undone(scale(x)).values(as: Double.self)
    #expect(zip(back, [1.0, 5, 2, 5, 6, 5]).allSatisfy { near($0, $1) })
  }

  @Test func aColumnThatDoesNotVaryKeepsItsSize() throws {
    let scale = Standardisation(Tensor([5.0, 5], shape: [2, 1]), correction: 1)
    #expect(try scale(Tensor([5.0, 8], shape: [2, 1])).values(as: Double.self) == [0, 3])
  }

  @Test func aMeasuredTableGivesOneColumnFromTheOthers() throws {
    let path = NSTemporaryDirectory() + "measured-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = (0..<40).map { ["\($0)", "\(2 * $0)", "\(3 * $0)"] }
    try CSV.write(header: ["a", "b", "c"], rows: rows, to: path)
    var options = SourceOptions()
    options.labelColumn = "none"
    let source = try Source.open(path, options)
    let table = try MeasuredTable(source, target: "b", 5) { Array((0..<$0).reversed()) }
    #expect(table.names == ["a", "c"] && table.x.shape == [5, 2] && table.y.shape == [5])
    let x = try table.x.values(as: Double.self), y = try table.y.values(as: Double.self)
    #expect(zip(x, x.dropFirst()).contains { $0 != $1 })
    // All three columns are multiples of one, so standardised they are the same.
    #expect(y.indices.allSatisfy { near(x[2 * $0], y[$0], 1e-6) })
    #expect(throws: UserError.self) {
      try MeasuredTable(source, target: "d", 5) { Array(0..<$0) }
    }
    #expect(throws: UserError.self) {
      try MeasuredTable(source, target: "b", 500) { Array(0..<$0) }
    }
  }
}
