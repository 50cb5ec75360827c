import Testing

@testable import Discrete

@Suite struct DiscreteTests {
  @Test func everyCheckIsOfTheRowOfItsMethod() {
    #expect(Discrete.methods.allSatisfy { $0.check == nil || $0.check?.system == $0.card.system })
  }
}
