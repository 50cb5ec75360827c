import Datasets
import Evaluation
import Learning
import Manual
import Torch

/// Training steps of a VAE with 20 latent units on Fashion-MNIST in batches of 128, beside PyTorch in float32.
struct TrainingCase: BenchCase {
  /// The networks: 784-400-20 and back, or two convolutions and a layer of 256 on either side.
  enum Model: String { case mlp, conv }
  /// How PyTorch runs them; both ways with its fused Adam.
  enum Peer: String {
    case eager = "PyTorch eager"
    case compiled = "torch.compile"
  }

  let model: Model
  let mode: Peer
  /// Whether our products run in bfloat16.
  let isCoarse: Bool

  init(model: Model, peer: Peer, isCoarse: Bool = false) {
    (self.model, mode, self.isCoarse) = (model, peer, isCoarse)
  }

  var id: String {
    "\(model.rawValue)-\(isCoarse ? "bf16" : mode == .eager ? "eager" : "compile")"
  }
  var title: String {
    let network =
      model == .mlp ? "MLP VAE 784-400-20, batch 128" : "convolutional VAE 28×28, batch 128"
    return network + (isCoarse ? ", bf16 against float32" : "")
  }
  var peer: String { mode.rawValue }
  var target: Double {
    switch (model, mode) {
    case (.mlp, .eager): isCoarse ? 3 : 2
    case (.mlp, .compiled): 1.6
    case (.conv, _): isCoarse ? 2.5 : 1.5
    }
  }
  var obstacle: String? {
    isCoarse && !Runtime.hasBFloat16 ? "this processor has no products in bfloat16" : nil
  }
  let measure = BenchMeasure.rate("images")
  let quality: (name: String, direction: Direction)? = ("test bound, nats", .higher)

  private func steps(_ run: BenchRun) -> Int {
    switch (model, run.isQuick) {
    case (.mlp, true): 200
    case (.mlp, false): 1500
    case (.conv, true): 20
    case (.conv, false): 150
    }
  }

  func work(_ run: BenchRun) throws -> BenchFigures {
    let source = try Bench.fashion()
    let steps = Bench.Case(model: model.rawValue, batch: 128, steps: steps(run))
    let seed = Seed(UInt64(run.seed))
    let trained = try TimedTraining(
      steps, source: source, seed: seed, isCoarse: isCoarse)
    let bounds = try Scores(source.test, seed: seed).elbo(trained.network)
    return BenchFigures(
      value: trained.rate, peak_memory_bytes: trained.peakBytes, quality: bounds.mean)
  }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    let steps = steps(run)
    let options = [
      "--model", model.rawValue, "--batch", "128", "--steps", "\(steps)", "--warmup",
      "\(max(3, steps / 10))", "--evaluate",
    ]
    return try run.script("torch_vae", options + (mode == .compiled ? ["--compile"] : []))
  }
}
