import Files
import Networks
import Testing
import Torch

/// A network with every kind of part.
private struct Whole: Module {
  let trunk: MLP
  let norm: BatchNorm
  let missing: Linear?
  let present: Linear?
  let blocks: [String: Linear]
  let average: MovingAverage<Linear>
  let width = 3

  init(_ random: RandomStream) {
    trunk = MLP([2, 3, 1], random)
    norm = BatchNorm(3)
    missing = nil
    present = Linear(1, 1, bias: false, random)
    blocks = [:]
    average = MovingAverage(Linear(2, 1, random))
  }
}

/// A network whose second layer no walk over stored properties finds.
private struct Hiding: Module {
  let open: Linear
  let hidden: @Sendable (Tensor) -> Tensor

  init(_ random: RandomStream) {
    open = Linear(2, 3, random)
    let layer = Linear(3, 4, bias: false, random)
    hidden = { layer($0) }
  }
}

@Suite struct ModuleTests {
  init() { Runtime.threads = 1 }

  @Test func namesArePropertyPaths() {
    let network = Whole(RandomStream(1))
    #expect(
      network.namedParameters.map(\.name) == [
        "trunk.layers.0.weight", "trunk.layers.0.bias", "trunk.layers.1.weight",
        "trunk.layers.1.bias", "norm.weight", "norm.bias", "present.weight",
      ])
    #expect(network.parameterCount == 6 + 3 + 3 + 1 + 3 + 3 + 1)
    #expect(network.parameters.filter(\.requiresGradient).count == 7)
  }

  @Test func aParameterThatTheWalkDoesNotFindIsRefused() throws {
    let random = RandomStream(1)
    #expect(throws: UserError.self) { try Hiding.whole { Hiding(random) } }
    // What is made on the way and let go hides nothing.
    let network = try Whole.whole {
      _ = Hiding(random)
      return Whole(random)
    }
    #expect(network.parameterCount == 20)
  }

  @Test func averagesAndBuffersAreSavedAndNotTrained() {
    let network = Whole(RandomStream(1))
    let untrained = Set(network.state.keys).subtracting(network.namedParameters.map(\.name))
    #expect(
      untrained == [
        "norm.runningMean", "norm.runningVariance", "average.base.weight", "average.base.bias",
      ])
  }

  @Test func anAverageFollowsByItsShare() throws {
    let (slow, fast) = (Linear(2, 1, RandomStream(1)), Linear(2, 1, RandomStream(2)))
    let average = MovingAverage(slow)
    let (from, to) = try (slow.weight.tensor.values(), fast.weight.tensor.values())
    try average.follow(fast, keeping: 0.75)
    for (index, found) in try average.base.weight.tensor.values().enumerated() {
      #expect(abs(found - (0.75 * from[index] + 0.25 * to[index])) < 1e-6)
    }
    #expect(try fast.weight.tensor.values() == to)
    #expect(throws: TensorError.self) {
      try average.follow(Linear(3, 1, RandomStream(1)), keeping: 0)
    }
  }

  @Test func stateMovesFromOneNetworkToAnother() throws {
    let (one, other) = (Whole(RandomStream(1)), Whole(RandomStream(2)))
    try one.load(other.state)
    for (name, tensor) in one.state {
      #expect(try tensor.values() == other.state[name]?.values())
    }
    #expect(one.parameters.filter(\.requiresGradient).count == 7)
  }

  @Test func loadingRefusesWhatDoesNotFitAndChangesNothing() throws {
    let network = MLP([2, 1], RandomStream(1))
    let before = try network.parameters[0].values()
    let other = MLP([2, 1], RandomStream(2)).state
    func refusal(_ change: (inout [String: Tensor]) -> Void) throws -> String {
      var state = other
      change(&state)
      return try #require(throws: UserError.self) { try network.load(state) }.description
    }
    #expect(try refusal { $0["layers.0.weight"] = nil } == "the weights lack layers.0.weight")
    #expect(
      try refusal { $0["layers.1.weight"] = [1] }
        == "the weights hold layers.1.weight, which the network does not have")
    #expect(
      try refusal { $0["layers.0.weight"] = [[1, 2, 3]] }
        == "the weights hold layers.0.weight with shape [1, 3], and the network has [1, 2]")
    #expect(try network.parameters[0].values() == before)
    let failed = Tensor.zeros([2]) + Tensor.zeros([3])
    #expect(throws: (any Error).self) {
      try network.load(other.merging(["layers.0.bias": failed]) { $1 })
    }
    #expect(try network.parameters[0].values() == before)
  }

  @Test func dropoutActsInTrainingOnly() throws {
    let (layer, x) = (Dropout(0.25), Tensor.ones([40_000]))
    #expect(try layer(x, RandomStream(1)).values() == x.values())
    let dropped = Runtime.training(true) { layer(x, RandomStream(1)) }
    #expect(Set(try dropped.values()) == [0, Float(1 / 0.75)])
    #expect(try abs(dropped.mean().value() - 1) < 0.01)
    #expect(!Runtime.isTraining)
    let inside = Runtime.training(true) { Runtime.training(false) { Runtime.isTraining } }
    #expect(!inside)
  }

  @Test func batchNormFollowsTheBatchInTrainingOnly() throws {
    let layer = BatchNorm(1)
    let x: Tensor = [[1], [3]]
    #expect(try layer(x).values().map { ($0 * 1000).rounded() } == [1000, 3000])
    #expect(try layer.runningMean.tensor.values() == [0])
    let trained = try Runtime.training(true) { try layer(x).values() }
    #expect(trained.map { ($0 * 1000).rounded() } == [-1000, 1000])
    #expect(try abs(layer.runningMean.tensor.value() - 0.2) < 1e-6)
    // The running variance is the unbiased one: 0.9 · 1 + 0.1 · 2.
    #expect(try abs(layer.runningVariance.tensor.value() - 1.1) < 1e-6)
  }

  @Test func initialisersHaveTheirVariance() throws {
    let shape = [300, 200]
    let cases: [(Initialiser, Double)] = [
      (.fanInUniform, 1.0 / 600), (.kaimingNormal, 2.0 / 200), (.xavierUniform, 2.0 / 500),
      (.xavierNormal, 2.0 / 500), (.normal(0.02), 4e-4), (.constant(3), 0),
    ]
    for (initialiser, variance) in cases {
      let found = try initialiser(shape, RandomStream(1)).variance().value()
      #expect(abs(found - variance) <= 0.03 * variance)
    }
    let wide = Initialiser.orthogonal([3, 5], RandomStream(1))
    let gap = try (wide.matmul(wide.transposed()) - Tensor.identity(3)).abs().max().value()
    #expect(gap < 1e-5)
  }

  @Test func recurrentRunsItsCellOverTime() throws {
    for kind in Recurrence.allCases {
      let layer = Recurrent(kind, 3, 4, RandomStream(1))
      let (outputs, state) = layer(RandomStream(2).normal([2, 5, 3]))
      #expect(outputs.shape == [2, 5, 4])
      #expect(try outputs[.all, -1].values() == state.hidden.values())
    }
  }

  @Test func aCausalBlockDoesNotSeeTheFuture() throws {
    let block = TransformerBlock(4, heads: 2, RandomStream(1))
    let x = RandomStream(2).normal([1, 5, 4])
    let changed = x.replacing(1, 3, 5, with: Tensor.zeros([1, 2, 4]))
    let (one, other) = (block(x, causal: true), block(changed, causal: true))
    #expect(try (one[.all, ..<3] - other[.all, ..<3]).abs().max().value() < 1e-6)
    #expect(try (one[.all, 3...] - other[.all, 3...]).abs().max().value() > 1e-3)
  }
}

@Suite struct EncoderTests {
  init() { Runtime.threads = 1 }

  @Test(arguments: [
    ([1, 28, 28], Architecture.mlp), ([1, 28, 28], .convolution), ([3, 32, 32], .auto),
    ([1, 37, 50], .convolution), ([1, 4, 4], .convolution), ([7], .auto), ([2, 3, 5], .mlp),
  ])
  func aDecoderGivesBackTheShapeThatItsEncoderRead(_ shape: [Int], _ kind: Architecture) throws {
    let random = RandomStream(1)
    let encoder = Encoder(shape, kind, hidden: [16, 8], random)
    let decoder = Decoder(shape, kind, latents: 5, hidden: [16, 8], random)
    let features = encoder(random.normal([3] + shape))
    #expect(features.shape == [3, 8])
    #expect(try features.min().value() >= 0)
    let output = decoder(random.normal([3, 5]))
    #expect(output.shape == [3] + shape)
    #expect(try output.isFinite().to(.float32).mean().value() == 1)
    let gradients = try output.squared().sum().gradients(for: decoder.parameters)
    for (gradient, part) in zip(gradients, decoder.namedParameters) {
      #expect(try gradient.abs().max().value() > 0, "\(part.name)")
    }
  }

  @Test func anArchitectureKnowsWhatItSuits() {
    #expect(Architecture.auto.resolved(for: [1, 28, 28]) == .mlp)
    #expect(Architecture.auto.resolved(for: [3, 32, 32]) == .convolution)
    #expect(Architecture.auto.resolved(for: [5000]) == .mlp)
    #expect(!Architecture.convolution.suits([5000]))
    #expect(!Architecture.convolution.suits([1, 3, 30]))
    #expect(Architecture.convolution.suits([1, 4, 4]))
  }

  @Test func anEncoderIsMadeFromItsSeed() throws {
    func make(_ seed: UInt64) -> Encoder {
      Encoder([1, 8, 8], .convolution, hidden: [4], RandomStream(seed))
    }
    #expect(try make(1).parameters[0].values() == make(1).parameters[0].values())
    #expect(try make(1).parameters[0].values() != make(2).parameters[0].values())
  }
}
