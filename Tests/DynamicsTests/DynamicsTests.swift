import Foundation
import Testing

@testable import Dynamics

@Suite struct DynamicsTests {
  @Test func everyStudyHasARow() {
    #expect(Dynamics.studies.allSatisfy { $0.card.system != nil })
  }

  @Test func everyStudyHasACheckOfItsOwnRow() {
    #expect(Dynamics.studies.allSatisfy { $0.check?.system == $0.card.system })
  }
}

/// What `Tests/Golden/dynamics.py` wrote.
struct DynamicsGolden: Decodable {
  struct Logistic: Decodable {
    let strength: Double
    let log: [[Double]]
  }

  let x: [[Double]]
  let labels: [Int]
  let query: [[Double]]
  let own: [[Double]]
  let shared: [[Double]]
  let logistic: [Logistic]
  let gamma: [[Double]]
  let tail: [[Double]]

  static func read() throws -> Self {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try JSONDecoder().decode(
      Self.self, from: Data(contentsOf: tests.appending(path: "Golden/dynamics.json")))
  }
}

/// Whether `a` is `b` to one part in `tolerance`, or to `tolerance` near zero.
func near(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
  abs(a - b) <= tolerance * max(1, abs(b))
}
