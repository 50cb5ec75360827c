import GoldenFixtures
import Networks
import Testing
import Torch

@Suite struct MaskedNetworkTests {
  init() { Runtime.threads = 1 }

  @Test(arguments: try GoldenCase.all("autoregressive"))
  func aPixelCNNAgreesWithPyTorch(_ golden: GoldenCase) {
    let found = golden.differences(in: .float32) { c in
      let network = PixelCNN(
        2, maps: c.integer("maps"), channels: c.integer("channels"),
        windows: c.integers("windows"), RandomStream(1))
      let masks = network.state.filter { $0.key.hasSuffix("mask") }
      let given = Dictionary(
        uniqueKeysWithValues: golden.parameters.keys.map { ($0, c[$0].detached()) })
      try network.load(given.merging(masks) { one, _ in one })
      let state = network.state
      return GoldenResult(
        ["output": network(c["input"], c["maps"])],
        leaves: given.keys.reduce(into: [:]) { leaves, name in
          leaves[name] = state[name].map { [$0] }
        })
    }
    #expect(found == [])
  }

  /// Which outputs change where the pixel at (row, column) of a 7 × 7 picture does.
  func changed(_ windows: [Int], _ row: Int, _ column: Int) throws -> [[Int]] {
    let random = RandomStream(2)
    let network = PixelCNN(1, maps: 1, channels: 4, windows: windows, random)
    let (x, maps) = (random.normal([1, 1, 7, 7]), random.normal([1, 1, 7, 7]))
    let dot = Tensor((0..<49).map { $0 == 7 * row + column ? Float(1) : 0 }, shape: [1, 1, 7, 7])
    let change = network(x + dot, maps) - network(x, maps)
    let places = try change.values(as: Double.self).enumerated().filter { $0.element != 0 }
    return places.map { [$0.offset / 7, $0.offset % 7] }
  }

  @Test func aPixelDependsOnEarlierPixelsOfItsWindowAndOnNoOthers() throws {
    let expected = (0..<7).flatMap { i in (0..<7).map { [i, $0] } }.filter { place in
      let (down, right) = (place[0] - 3, place[1] - 3)
      // A window of 5 reaches 2 away; what is read later sees (3, 3), what is read earlier does not.
      return abs(right) <= 2 && ((1...2) ~= down || (down == 0 && right > 0))
    }
    #expect(try changed([5, 1, 1], 3, 3) == expected)
  }

  @Test func windowsOfLaterLayersReachFurther() throws {
    let network = PixelCNN(1, maps: 1, channels: 4, windows: [5, 3, 3], RandomStream(1))
    #expect(network.reach == 4)
    let seen = try changed([5, 3, 3], 1, 2)
    #expect(seen.allSatisfy { $0[0] > 1 || ($0[0] == 1 && $0[1] > 2) })
    #expect(seen.contains([5, 6]) && !seen.contains { $0[0] > 5 })
  }

  @Test(arguments: [[3, 1], [5, 3, 3], [3]])
  func aGeneratedPictureIsMadeOfWhatTheWholeNetworkPutsOut(_ windows: [Int]) throws {
    let random = RandomStream(3)
    let network = PixelCNN(2, maps: 3, channels: 4, windows: windows, random)
    let maps = random.normal([2, 3, 6, 5])
    let (x, outputs) = network.generated(maps) { ($0 * 2).tanh() }
    #expect(x.shape == [2, 2, 6, 5])
    let whole = network(x, maps)
    #expect(try (outputs - whole).abs().max().value() < 1e-5)
    #expect(try (x - (whole * 2).tanh()).abs().max().value() < 1e-5)
  }

  @Test func aVariablesNumbersDependOnTheVariablesBeforeItAlone() throws {
    let random = RandomStream(4)
    let network = MaskedAutoregressiveNetwork(
      4, numbers: 2, hidden: [40, 40], context: 2, random)
    let (x, context) = (random.normal([4]), random.normal([1, 2]))
    for part in 0..<2 {
      let slopes = try jacobian(at: x) {
        network($0.reshaped(1, 4), context)[part].reshaped(4)
      }
      let below = slopes.lowerTriangle(-1)
      #expect(try (slopes - below).abs().max().value() == 0)
      #expect(try below.abs().countNonzero().value() == 6, "each sees all before it")
    }
    let other = network(x.reshaped(1, 4), context + 1)[0] - network(x.reshaped(1, 4), context)[0]
    #expect(try other.abs().min().value() > 0, "all see the context")
  }

  @Test func oneVariableAloneHasNumbersThatDependOnNothing() throws {
    let network = MaskedAutoregressiveNetwork(1, numbers: 2, hidden: [3], RandomStream(5))
    let two = network(Tensor([1, -3] as [Float], shape: [2, 1]))[0]
    #expect(try (two[0] - two[1]).abs().max().value() == 0)
  }
}
