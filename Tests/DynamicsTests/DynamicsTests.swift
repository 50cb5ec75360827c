import Foundation
import GoldenFixtures
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

  static func read() throws -> Self { try golden("dynamics") }
}
