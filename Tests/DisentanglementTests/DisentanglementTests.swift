import Testing

@testable import Disentanglement

@Suite struct DisentanglementTests {
  @Test func everyCheckIsOfTheRowOfItsMethod() {
    #expect(
      Disentanglement.methods.allSatisfy { $0.check == nil || $0.check?.system == $0.card.system })
  }
}
