import Testing
import Torch

@testable import Networks

/// What coordinates by likenesses to anchors do not see.
@Suite struct RelativeCoordinatesTests {
  private let codes = RandomStream(1).normal([20, 5], type: .float64)
  private let anchors = RandomStream(2).normal([7, 5], type: .float64)
  private let turn = RandomStream(3).normal([5, 5], type: .float64).qr().q

  private func change(
    _ likenesses: [AnchorLikeness], _ moved: (Tensor) -> Tensor
  ) throws -> Double {
    let coordinates = RelativeCoordinates(likenesses)
    let before = coordinates(codes, anchors), after = coordinates(moved(codes), moved(anchors))
    return try (before - after).abs().max().value()
  }

  @Test func cosinesLeaveRotationsAndScales() throws {
    #expect(try change([.cosine]) { $0.matmul(turn) * 3 } < 1e-10)
    #expect(try change([.cosine]) { $0 + 1 } > 0.1)
  }

  @Test func euclideanDistancesLeaveRotationsShiftsAndScales() throws {
    #expect(try change([.euclidean]) { $0.matmul(turn) * 3 + 1 } < 1e-4)
  }

  @Test(arguments: [AnchorLikeness.manhattan, .chebyshev])
  func otherDistancesLeaveShiftsExchangesAndScales(likeness: AnchorLikeness) throws {
    let order = Tensor([4, 2, 0, 1, 3] as [Int64])
    #expect(try change([likeness]) { $0.indexSelect(1, order) * 3 + 1 } < 1e-4)
    #expect(try change([likeness]) { $0.matmul(turn) } > 0.05)
  }

  @Test func severalLikenessesStandSideBySide() throws {
    let rows = RelativeCoordinates(AnchorLikeness.allCases)(codes, anchors)
    #expect(rows.shape == [20, 28])
    #expect(try rows[.all, 7..<14].mean(over: 1).abs().max().value() < 1e-6)
  }
}
