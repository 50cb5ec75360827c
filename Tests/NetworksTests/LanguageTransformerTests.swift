import Files
import Testing
import Torch

@testable import Networks

@Suite struct LanguageTransformerTests {
  init() { Runtime.threads = 1 }

  private func network(_ style: TransformerForm.Style, context: Int = 12) -> LanguageTransformer {
    var form = TransformerForm(
      style, vocabulary: 11, context: context, width: 8, blocks: 2, heads: 4)
    form.keyHeads = style == .llama ? 2 : 4
    let network = LanguageTransformer(form, RandomStream(3))
    // Larger weights than training starts with, so that what is compared differs.
    for parameter in network.parameters where parameter.rank == 2 {
      try? parameter.assign(parameter.detached() * 20)
    }
    return network
  }

  private let rows = Tensor([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], shape: [2, 6])

  @Test(arguments: [TransformerForm.Style.gpt2, .llama])
  func aTokenDependsOnThoseBeforeItAlone(_ style: TransformerForm.Style) throws {
    let network = network(style)
    let logits = network.logits(rows)
    #expect(logits.shape == [2, 6, 11])
    let other = rows.replacing(1, 4, 6, with: Tensor([0, 0, 0, 0], shape: [2, 2]))
    let gap = (network.logits(other) - logits).abs()
    #expect(try gap[.all, ..<4].max().value() < 1e-5)
    #expect(try gap[.all, 4...].max().value() > 1e-3)
  }

  @Test(arguments: [TransformerForm.Style.gpt2, .llama])
  func rememberedKeysGiveTheSameLogits(_ style: TransformerForm.Style) throws {
    let network = network(style)
    let whole = network.hidden(rows)
    for step in [1, 2, 5] {
      var memories = [AttentionMemory](repeating: AttentionMemory(), count: 2)
      var parts: [Tensor] = [], start = 0
      while start < 6 {
        let end = min(start + step, 6)
        parts.append(
          network.hidden(rows.sliced(1, start, end), HookPlace(), from: start, &memories))
        start = end
      }
      let gap = (Tensor.concatenate(parts, along: 1) - whole).abs().max()
      #expect(try gap.value() < 1e-5, "\(step) at a time")
    }
  }

  @Test func aTextLongerThanTheContextGoesOn() throws {
    let network = network(.llama, context: 6)
    let made = network.continued(rows, by: 20, TokenChoice(), RandomStream(1))
    #expect(made.shape == [2, 26])
    let tokens = try made.places()
    #expect(tokens.allSatisfy { (0..<11).contains($0) })
    #expect(
      tokens == (try network.continued(rows, by: 20, TokenChoice(), RandomStream(1)).places()))
    #expect(
      tokens != (try network.continued(rows, by: 20, TokenChoice(), RandomStream(2)).places()))
    #expect(throws: TensorError.self) { try network.logits(made).checked() }
  }

  @Test func everyPlaceCanBeReadReplacedAndAddedTo() throws {
    let network = network(.gpt2)
    let plain = network.logits(rows)
    for name in network.hookNames {
      let reading = Hooks()
      reading.read(name)
      #expect(try (network.logits(rows, reading) - plain).abs().max().value() < 1e-4, "\(name)")
      let seen = try #require(reading[name])
      let replacing = Hooks()
      replacing.replace(name) { _ in seen }
      #expect(try (network.logits(rows, replacing) - plain).abs().max().value() < 1e-4)
      let adding = Hooks()
      adding.add(RandomStream(4).normal([seen.size(-1)]), to: name)
      #expect(try (network.logits(rows, adding) - plain).abs().max().value() > 1e-4, "\(name)")
    }
    let shorter = Hooks()
    shorter.replace("final") { $0.sliced(1, 0, 1) }
    #expect(throws: TensorError.self) { try network.logits(rows, shorter).checked() }
  }

  @Test func theResidualStreamAddsUp() throws {
    let network = network(.llama)
    let hooks = Hooks()
    for name in network.hookNames { hooks.read(name) }
    _ = try network.logits(rows, hooks)
    func at(_ name: String) throws -> Tensor { try #require(hooks["blocks.1.\(name)"]) }
    let mid = try at("resid_pre") + at("attn_out") - at("resid_mid")
    let post = try at("resid_mid") + at("mlp_out") - at("resid_post")
    #expect(try mid.abs().max().value() < 1e-5)
    #expect(try post.abs().max().value() < 1e-5)
    let sums = try at("attn_pattern").sum(over: -1)
    #expect(try (sums - 1).abs().max().value() < 1e-5)
    #expect(try at("attn_pattern").upperTriangle(1).abs().max().value() == 0)
  }

  @Test func aPlaceThatIsNotThereIsToldWithTheNearest() throws {
    let network = network(.gpt2)
    let hooks = Hooks()
    hooks.read("blocks.1.resid_pots")
    let error = #expect(throws: UserError.self) { try network.logits(rows, hooks) }
    #expect(error?.description.contains("did you mean blocks.1.resid_post?") == true)
    let far = Hooks()
    far.read("x")
    #expect(throws: UserError.self) { try network.logits(rows, far) }
  }

  @Test func turningKeepsWhatPositionsAreApart() throws {
    let rotation = Rotation(Rotary(base: 100), places: 9, width: 6, device: .cpu)
    let random = RandomStream(1)
    let (q, k) = (random.normal([1, 1, 2, 6]), random.normal([1, 1, 2, 6]))
    func product(_ i: Int, _ j: Int) throws -> [Double] {
      try (rotation(q, from: i) * rotation(k, from: j)).sum(over: -1).values(as: Double.self)
    }
    for (a, b) in zip(try product(5, 2), try product(7, 4)) { #expect(abs(a - b) < 1e-5) }
    #expect(try abs(product(5, 2)[0] - product(5, 3)[0]) > 1e-3)
    let x = random.normal([2, 3, 2, 6], type: .float64)
    let (c, s) = (rotation.cosines.sliced(0, 0, 3), rotation.sines.sliced(0, 0, 3))
    #expect(
      try gradientError([x]) { $0[0].rotated(c.to(.float64), s.to(.float64)).squared() } < 1e-6)
    // Loops of our own against operators.
    let single = x.to(.float32)
    let gap = single.rotated(c, s).to(.float64) - x.rotated(c.to(.float64), s.to(.float64))
    #expect(try gap.abs().max().value() < 1e-6)
    let leaf = single.requiringGradient()
    let weights = random.normal([2, 3, 2, 6])
    let slope = try (leaf.rotated(c, s) * weights).sum().gradient(of: leaf)
    let back = weights.to(.float64).rotated(c.to(.float64), -s.to(.float64))
    #expect(try (slope.to(.float64) - back).abs().max().value() < 1e-6)
    #expect(throws: TensorError.self) { try x.rotated(c, s.sliced(1, 0, 2)).checked() }
  }

  @Test func theNormInOneLoopIsThatByOperators() throws {
    let random = RandomStream(2)
    let (x, w) = (random.normal([3, 50, 12]), random.normal([12]))
    let weights = random.normal([3, 50, 12])
    func slopes(_ type: DType) throws -> [Tensor] {
      let leaves = [x, w].map { $0.to(type).requiringGradient() }
      let y = leaves[0].rmsNormalised([12], leaves[1], epsilon: 1e-3)
      let found = try (y * weights.to(type)).sum().gradients(for: leaves, createGraph: true)
      let second = try found[0].squared().sum().gradients(for: leaves)
      return ([y] + found + second).map { $0.detached().to(.float64) }
    }
    for (single, double) in zip(try slopes(.float32), try slopes(.float64)) {
      #expect(try (single - double).abs().max().value() < 1e-3)
    }
    let plain = try (x.rmsNormalised([12], w) * weights).sum().value()
    let turned = x.transposed(0, 1).rmsNormalised([12], w).transposed(0, 1)
    #expect(try abs((turned * weights).sum().value() - plain) < 1e-4)
    // The loops of the backward, without a graph of it.
    func plainSlopes(_ type: DType) throws -> [Tensor] {
      let leaves = [x, w].map { $0.to(type).requiringGradient() }
      let y = leaves[0].rmsNormalised([12], leaves[1], epsilon: 1e-3)
      return try (y * weights.to(type)).sum().gradients(for: leaves).map { $0.to(.float64) }
    }
    for (single, double) in zip(try plainSlopes(.float32), try plainSlopes(.float64)) {
      #expect(try (single - double).abs().max().value() < 1e-4)
    }
  }

  @Test func aChoiceKeepsTheLikeliestTokens() throws {
    let logits = Tensor([0.5, 0.3, 0.15, 0.05].map { Float($0) }, shape: [1, 4]).log()
    func kept(_ choice: TokenChoice) throws -> [Bool] {
      try choice.filtered(logits).values().map { $0.isFinite }
    }
    #expect(try kept(TokenChoice()) == [true, true, true, true])
    #expect(try kept(TokenChoice(top: 2)) == [true, true, false, false])
    #expect(try kept(TokenChoice(share: 0.8)) == [true, true, false, false])
    #expect(try kept(TokenChoice(share: 0.81)) == [true, true, true, false])
    #expect(try kept(TokenChoice(share: 0.1)) == [true, false, false, false])
    let many = logits.expanded([4000, 4])
    let drawn = try TokenChoice().draw(many, RandomStream(5)).places()
    for (token, p) in [0.5, 0.3, 0.15, 0.05].enumerated() {
      let share = Double(drawn.count { $0 == token }) / 4000
      #expect(abs(share - p) < 4 * (p * (1 - p) / 4000).squareRoot())
    }
    #expect(try TokenChoice(temperature: 0).draw(logits, RandomStream(5)).places() == [0])
  }

  @Test func sizesThatMakeNoNetworkAreRefused() {
    func form(_ change: (inout TransformerForm) -> Void) -> TransformerForm {
      var form = TransformerForm(.llama, vocabulary: 5, context: 5, width: 8, blocks: 1, heads: 2)
      change(&form)
      return form
    }
    let wrong: [(inout TransformerForm) -> Void] = [
      { $0.vocabulary = 0 }, { $0.keyHeads = 3 }, { $0.headWidth = 3 }, { $0.epsilon = .nan },
      { $0.blocks = 100_000 },
      {
        $0.context = 9_000_000; $0.headWidth = 1000
      },
    ]
    for change in wrong {
      #expect(throws: UserError.self) { try form(change).validate() }
    }
    #expect(throws: Never.self) { try form { _ in }.validate() }
  }
}
