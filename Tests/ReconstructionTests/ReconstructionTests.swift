import Testing

@testable import Reconstruction

@Suite struct ReconstructionTests {
  @Test func everyCheckIsOfTheRowOfItsMethod() {
    #expect(
      Reconstruction.methods.allSatisfy { $0.check == nil || $0.check?.system == $0.card.system })
  }
}
