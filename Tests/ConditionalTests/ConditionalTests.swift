import Testing

@testable import Conditional

@Suite struct ConditionalTests {
  @Test func everyCheckIsOfTheRowOfItsMethod() {
    #expect(
      Conditional.methods.allSatisfy { $0.check == nil || $0.check?.system == $0.card.system })
  }
}
