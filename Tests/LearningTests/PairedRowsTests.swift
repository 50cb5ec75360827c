import Learning
import Testing
import Torch

@Suite struct PairedRowsTests {
  private let table = PairedRows(
    x: Tensor([0.0, 1, 2, 3, 4, 5], shape: [3, 2]), y: Tensor([10.0, 11, 12]))

  @Test func targetsStayWithTheirInputs() throws {
    let some = table.rows(Tensor([2, 0, 2]))
    #expect(try some.x.values(as: Double.self) == [4, 5, 0, 1, 4, 5])
    #expect(try some.y.values(as: Double.self) == [12, 10, 12])
    let part = table.rows(1..<3)
    #expect(part.count == 2 && part.x.shape == [2, 2])
    #expect(try part.y.values(as: Double.self) == [11, 12])
  }

  @Test func eachMemberHasRowsOfItsOwn() throws {
    let both = table.rows(Tensor([0, 1, 2, 0], shape: [2, 2]))
    #expect(both.x.shape == [2, 2, 2] && both.y.shape == [2, 2])
    #expect(try both.y.values(as: Double.self) == [10, 11, 12, 10])
  }

  @Test func aBatchHasAtMostAsManyRowsAsThereAre() throws {
    #expect(table.drawn(2, RandomStream(1)).count == 2)
    let all = table.drawn(9, RandomStream(1))
    let x = try all.x.values(as: Double.self), y = try all.y.values(as: Double.self)
    #expect(all.count == 3 && y.indices.allSatisfy { x[2 * $0] == 2 * (y[$0] - 10) })
  }
}
