import Testing

@testable import Dynamics

@Suite struct DynamicsTests {
  @Test func everyStudyHasARow() {
    #expect(Dynamics.studies.allSatisfy { $0.card.system != nil })
  }
}
