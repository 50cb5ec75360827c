import Testing

@testable import Structure

@Suite struct StructureTests {
  @Test func everyStudyHasARow() {
    #expect(Structure.studies.allSatisfy { $0.card.system != nil })
  }
}
