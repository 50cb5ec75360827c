import Testing
import Torch

@Suite struct ProfileTests {
  @Test func timesOfPartsAreWithinThatOfTheWhole() throws {
    let x = RandomStream(1).normal([64, 64]).requiringGradient()
    try Profile.begin()
    try Profile.span("turns") {
      for _ in 0..<3 {
        let y = Profile.span("there") { x.matmul(x).tanh().sum() }
        _ = try Profile.span("back") { try y.gradients(for: [x]) }
      }
    }
    let profile = Profile.end()
    let nodes = profile.nodes
    #expect(nodes.first?.parent == nil && nodes.dropFirst().allSatisfy { $0.parent != nil })
    let there = try #require(nodes.firstIndex { $0.name == "there" })
    #expect(nodes[there].calls == 3 && nodes[there].isSpan)
    let product = try #require(nodes.first { $0.name == "aten::matmul" && $0.parent == there })
    #expect(product.calls == 3 && !product.isSpan)
    #expect(nodes.contains { $0.name == "TanhBackward0" })
    for (index, node) in nodes.enumerated() {
      #expect(profile.ownSeconds[index] >= 0 && node.calls > 0)
      #expect((node.parent ?? -1) < index, "parents come first")
    }
    let sum = profile.ownSeconds.reduce(0, +)
    #expect(abs(sum - nodes[0].seconds) < 1e-6 * nodes[0].seconds + 1e-12)
  }

  @Test func nothingIsRecordedThatWasNotAskedFor() throws {
    Profile.span("outside") { _ = RandomStream(1).normal([4]).exp() }
    #expect(Profile.end().nodes.isEmpty)
    try Profile.begin()
    #expect(Profile.end().nodes.map(\.name) == ["all"])
  }
}
