import Datasets
import Learning
import Networks
import Testing
import Torch

@testable import Conditional

/// Attributes that are read from codes and replaced.
@Suite struct MatrixSubspaceTests {
  init() { Runtime.threads = 1 }

  private let domain = Domain(
    shape: [6], support: .unit, classes: ["a", "b"],
    factors: [Factor("size", values: 3), Factor("angle", values: 0)])

  private func network() throws -> MatrixSubspaceProjection.Network {
    var recipe = MatrixSubspaceProjection()
    (recipe.latents, recipe.networks.hidden) = (8, [5])
    let network = recipe.makeNetwork(domain, RandomStream(1))
    try network.projection.matrix.tensor.assign(RandomStream(2).normal([8, 6]).qr().q.transposed())
    return network
  }

  @Test func whatIsReplacedIsReadAndTheRestStays() throws {
    let network = try network()
    let z = RandomStream(3).normal([4, 8])
    let before = network.projection(z), across = z - network.projection.code(of: before)
    let moved = network.moved(z, toClass: 1, by: 1)
    let after = network.projection(moved)
    for row in 0..<4 {
      #expect(try abs(after[row, 0].value() + 1) < 1e-5 && abs(after[row, 1].value() - 1) < 1e-5)
    }
    #expect(try (after[.all, 2...] - before[.all, 2...]).abs().max().value() < 1e-5)
    let still = moved - network.projection.code(of: after)
    #expect(try (still - across).abs().max().value() < 1e-5)
    #expect(try (network.moved(z, toClass: 1, by: 0) - z).abs().max().value() == 0)
  }

  @Test func factorsAreMovedInTheirOwnNumbers() throws {
    let network = try network()
    let z = RandomStream(3).normal([2, 8])
    #expect(network.range(ofFactor: 0) == 2..<5 && network.range(ofFactor: 1) == 5..<6)
    let size = network.projection(network.moved(z, factor: 0, by: 1))
    for (place, wanted) in [(2, -1.0), (3, -1), (4, 1)] {
      #expect(try abs(size[0, place].value() - wanted) < 1e-5)
    }
    let angle = network.projection(network.moved(z, factor: 1, by: 0.5)) - network.projection(z)
    #expect(try abs(angle[1, 5].value() - 0.5) < 1e-5 && abs(angle[1, 0].value()) < 1e-5)
  }

  @Test func theLossIsThePapers() throws {
    let network = try network()
    let z = RandomStream(3).normal([2, 8])
    let y: Tensor = [[1, -1, -1, 1, -1, 0.3], [-1, 1, 1, -1, -1, -2]]
    let m = network.projection.matrix.tensor
    let wanted =
      (z.matmul(m.transposed()) - y).squared().sum(over: 1)
      + (y.matmul(m) - z).squared().sum(over: 1)
    #expect(try (network.projection.error(z, y) - wanted).abs().max().value() < 1e-5)
    let signed = network.signed([[1, 0, 0, 1, 0, 0.3]])
    #expect(try (signed - y[0..<1]).abs().max().value() < 1e-6)
  }

  @Test func fewerUnitsThanAttributesAreRefused() throws {
    var recipe = MatrixSubspaceProjection()
    recipe.latents = 4
    #expect(throws: (any Error).self) { try recipe.validate(for: domain) }
  }
}
