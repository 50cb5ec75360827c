import GoldenFixtures
import Networks
import Testing
import Torch

@Suite struct GoldenLayerTests {
  init() { Runtime.threads = 1 }

  /// Cases that have no counterpart among our layers, and why.
  static let absent = [
    "rnnCellReLU": "the plain cell is Elman's, with tanh",
    "multiheadAttentionCross":
      "keys and values are two inputs there; ours share one context (a test of its own below)",
  ]

  @Test func theAbsentCasesAreAmongTheFixtures() throws {
    let names = try GoldenCase.all("layers").map(\.name)
    #expect(Set(Self.absent.keys).isSubset(of: names))
  }

  @Test(arguments: try GoldenCase.all("layers"))
  func aLayerAgreesWithPyTorch(_ golden: GoldenCase) {
    guard Self.absent[golden.name] == nil else { return }
    // Parameters of our modules are single precision; what has none is compared in both.
    let types: [DType] = golden.parameters.isEmpty ? [.float32, .float64] : [.float32]
    for type in types {
      let found = golden.differences(in: type) { inputs in
        try #require(try Layers(golden, inputs).run())
      }
      #expect(found == [])
    }
  }

  @Test func attentionToAContextAgreesWithPyTorchWhereKeysAreValues() throws {
    let random = RandomStream(1)
    let layer = MultiheadAttention(4, heads: 2, random)
    let (x, context) = (random.normal([2, 3, 4]), random.normal([2, 5, 4]))
    let q = x.linear(layer.queries.weight.tensor, layer.queries.bias?.tensor)
    let kv = context.linear(layer.keysAndValues.weight.tensor, layer.keysAndValues.bias?.tensor)
    let heads = (0..<2).map { head in
      let part = (2 * head)..<(2 * head + 2)
      let keys = kv[.all, .all, part]
      let scores = q[.all, .all, part].matmul(keys.transposed()) * (1 / 2.0.squareRoot())
      return scores.softmax().matmul(kv[.all, .all, (4 + 2 * head)..<(6 + 2 * head)])
    }
    let expected = layer.output(Tensor.concatenate(heads, along: -1))
    let error = (layer(x, context: context) - expected).abs().max()
    #expect(try error.value() < 1e-6)
  }
}

/// Our counterpart of each PyTorch layer, nil where there is none.
struct Layers {
  let golden: GoldenCase
  let c: GoldenInputs
  let random = RandomStream(0)

  init(_ golden: GoldenCase, _ c: GoldenInputs) {
    self.golden = golden
    self.c = c
  }

  func run() throws -> GoldenResult? {
    if let output = Functions.run(golden.op, c) { return GoldenResult(["output": output]) }
    switch golden.op {
    case "Linear": return try linear()
    case "Embedding": return try embedding()
    case "LayerNorm", "GroupNorm", "InstanceNorm2d", "RMSNorm", "BatchNorm1d", "BatchNorm2d":
      return try norm()
    case "LSTMCell": return try cell(.lstm)
    case "GRUCell": return try cell(.gru)
    case "RNNCell": return try cell(.plain)
    case "MultiheadAttention": return try attention()
    case "TransformerEncoderLayer": return try block()
    case let op where op.hasPrefix("Conv"): return try convolution()
    default: return nil
    }
  }

  /// Loads the case's numbers into `layer` under our names, and runs it.
  private func result(
    _ layer: some Module, _ names: [String: String], _ body: () throws -> [String: Tensor]
  ) throws -> GoldenResult {
    try layer.load(names.mapValues { c[$0].detached() })
    let state = layer.state
    let leaves = names.reduce(into: [String: [Tensor]]()) { leaves, pair in
      leaves[pair.value] = state[pair.key].map { [$0] }
    }
    return GoldenResult(try body(), leaves: leaves)
  }

  private var plainNames: [String: String] {
    Dictionary(uniqueKeysWithValues: golden.parameters.keys.map { ($0, $0) })
  }

  private func linear() throws -> GoldenResult {
    let weight = c["weight"].shape
    let layer = Linear(weight[1], weight[0], bias: golden.parameters["bias"] != nil, random)
    return try result(layer, plainNames) { ["output": layer(c["input"])] }
  }

  private func embedding() throws -> GoldenResult {
    let layer = Embedding(c.integer("count"), c.integer("features"), random)
    return try result(layer, plainNames) { ["output": layer(c.indices("input"))] }
  }

  private func convolution() throws -> GoldenResult {
    let isTransposed = golden.op.contains("Transpose")
    let window = Tensor.Window(
      stride: c.integer("stride", 1), padding: c.integer("padding"),
      dilation: c.integer("dilation", 1), groups: c.integer("groups", 1),
      outputPadding: c.integer("output_padding"))
    let weight = c["weight"].shape
    let (inputs, outputs) =
      isTransposed
      ? (weight[0], weight[1] * window.groups) : (weight[1] * window.groups, weight[0])
    let layer = Convolution(
      inputs, outputs, size: c.integer("kernel"), axes: weight.count - 2, window: window,
      transposed: isTransposed, bias: golden.parameters["bias"] != nil, random)
    return try result(layer, plainNames) { ["output": layer(c["input"])] }
  }

  private func norm() throws -> GoldenResult {
    let x = c["input"]
    switch golden.op {
    case "LayerNorm":
      let layer = LayerNorm(c.integers("shape"))
      return try result(layer, plainNames) { ["output": layer(x)] }
    case "RMSNorm":
      let layer = RMSNorm(c.integer("shape"), epsilon: c.number("eps"))
      return try result(layer, plainNames) { ["output": layer(x)] }
    case "GroupNorm", "InstanceNorm2d":
      let isAffine = !golden.parameters.isEmpty
      let layer = GroupNorm(c.integer("groups", x.size(1)), channels: x.size(1), affine: isAffine)
      return try result(layer, plainNames) { ["output": layer(x)] }
    default: return try batchNorm(x)
    }
  }

  private func batchNorm(_ x: Tensor) throws -> GoldenResult {
    let layer = BatchNorm(x.size(1))
    let buffers = golden.buffers ?? [:]
    try layer.load([
      "weight": c["weight"].detached(), "bias": c["bias"].detached(),
      "runningMean": #require(buffers["running_mean"]).tensor(.float32),
      "runningVariance": #require(buffers["running_var"]).tensor(.float32),
    ])
    let output = Runtime.training(c.flag("training")) { layer(x) }
    return GoldenResult(
      [
        "output": output, "running_mean": layer.runningMean.tensor,
        "running_var": layer.runningVariance.tensor,
      ],
      leaves: ["weight": [layer.weight.tensor], "bias": [layer.bias.tensor]])
  }

  private func cell(_ kind: Recurrence) throws -> GoldenResult {
    let x = c["input"]
    let cell = RecurrentCell(kind, x.size(1), c["hidden"].size(1), random)
    let names = [
      "inputs.weight": "weight_ih", "inputs.bias": "bias_ih", "hidden.weight": "weight_hh",
      "hidden.bias": "bias_hh",
    ]
    return try result(cell, names) {
      let memory = kind == .lstm ? c["cell"] : c["hidden"]
      let next = cell(x, RecurrentState(hidden: c["hidden"], memory: memory))
      return ["hidden": next.hidden, "cell": next.memory]
    }
  }
}

extension Layers {
  /// PyTorch packs queries, keys and values into one matrix; ours has queries apart.
  private func load(
    _ layer: MultiheadAttention, prefix: String = ""
  ) -> (tensors: [String: Tensor], leaves: [String: [Tensor]]) {
    let width = c[prefix + "out_proj.bias"].size(0)
    let weight = c[prefix + "in_proj_weight"].detached()
    let bias = c[prefix + "in_proj_bias"].detached()
    let state = layer.state
    func both(_ one: String, _ other: String) -> [Tensor] {
      [one, other].compactMap { state[$0] }
    }
    return (
      [
        "queries.weight": weight[..<width], "queries.bias": bias[..<width],
        "keysAndValues.weight": weight[width...], "keysAndValues.bias": bias[width...],
        "output.weight": c[prefix + "out_proj.weight"].detached(),
        "output.bias": c[prefix + "out_proj.bias"].detached(),
      ],
      [
        prefix + "in_proj_weight": both("queries.weight", "keysAndValues.weight"),
        prefix + "in_proj_bias": both("queries.bias", "keysAndValues.bias"),
        prefix + "out_proj.weight": [state["output.weight"]].compactMap { $0 },
        prefix + "out_proj.bias": [state["output.bias"]].compactMap { $0 },
      ]
    )
  }

  private func attention() throws -> GoldenResult {
    let layer = MultiheadAttention(c.integer("embedding"), heads: c.integer("heads"), random)
    let (tensors, leaves) = load(layer)
    try layer.load(tensors)
    return GoldenResult(
      ["output": layer(c["input"], causal: c.flag("causal"))], leaves: leaves)
  }

  private func block() throws -> GoldenResult {
    let layer = TransformerBlock(
      c.integer("embedding"), heads: c.integer("heads"), hidden: c.integer("feedForward"), random)
    var (tensors, leaves) = load(layer.attention, prefix: "self_attn.")
    tensors = Dictionary(uniqueKeysWithValues: tensors.map { ("attention." + $0.key, $0.value) })
    let names = [
      "attentionNorm": "norm1", "mlpNorm": "norm2", "mlp.layers.0": "linear1",
      "mlp.layers.1": "linear2",
    ]
    let state = layer.state
    for (ours, theirs) in names {
      for part in [".weight", ".bias"] {
        tensors[ours + part] = c[theirs + part].detached()
        leaves[theirs + part] = [state[ours + part]].compactMap { $0 }
      }
    }
    try layer.load(tensors)
    return GoldenResult(
      ["output": layer(c["input"], causal: c.flag("causal"))], leaves: leaves)
  }
}
