import Testing

@testable import Variational

@Suite struct VariationalTests {
  @Test func everyCheckIsOfTheRowOfItsMethod() {
    #expect(
      Variational.methods.allSatisfy { $0.check == nil || $0.check?.system == $0.card.system })
  }
}
