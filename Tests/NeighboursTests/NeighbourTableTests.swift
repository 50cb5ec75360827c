import Foundation
import Testing
import Torch

@testable import Neighbours

@Suite struct NeighbourTableTests {
  @Test func pointsOnALineHaveTheNeighboursOfALine() throws {
    let table = try NeighbourTable(of: Tensor([0, 1, 3, 7] as [Float], shape: [4, 1]), each: 2) {
      _ in
    }
    #expect(table.places == [1, 2, 0, 2, 1, 0, 2, 1])
    #expect(table.distances == [1, 3, 1, 2, 2, 3, 4, 6])
    // The share of two of three others within the second neighbour, over the length of that interval.
    let wanted = [3.0, 2, 3, 6].map { Float(log(2.0 / 3 / (2 * $0))) }
    for (mine, theirs) in zip(table.logDensities(width: 1), wanted) {
      #expect(abs(mine - theirs) < 1e-6)
    }
  }

  @Test func whatStandsApartHasALargeFactor() throws {
    var points: [Float] = []
    for x in 0..<5 { for y in 0..<5 { points += [Float(x), Float(y)] } }
    points += [40, 40]
    let factors = try NeighbourTable(of: Tensor(points, shape: [26, 2])) { _ in }.outlierFactors()
    #expect(factors[25] > 5 && factors[12] < 1.1)
  }

  @Test func itemsUponEachOtherAreStillFinite() throws {
    let table = try NeighbourTable(of: Tensor.zeros([12, 3])) { _ in }
    #expect(table.distances.allSatisfy { $0 == 0 })
    #expect(table.outlierFactors().allSatisfy { $0 == 1 })
    let densities = table.logDensities(width: 3)
    #expect(densities.allSatisfy { $0.isFinite })
    #expect((0..<12).allSatisfy { item in !table.row(item).contains(Int32(item)) })
    let one = try NeighbourTable(of: Tensor.zeros([1, 3])) { _ in }
    #expect(one.each == 0 && one.outlierFactors() == [1])
  }
}
