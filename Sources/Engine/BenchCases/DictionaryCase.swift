import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Sparse
import Torch

/// Training steps of a top-k sparse autoencoder: 16,384 units, of which 32 are active, of vectors of 512 numbers in
/// batches of 4,096.
///
/// Quality is the error of a smaller dictionary, trained after the clock has stopped, since a step of this size takes the
/// peers many seconds; for both sides that of the best of three learning rates.
struct DictionaryCase: BenchCase {
  /// Who trains beside us.
  enum Library: String {
    /// The published method in plain PyTorch: `Benchmarks/python/torch_sae.py`.
    case torch = "sae-torch"
    /// The package: `Benchmarks/python/sae_lens_topk.py`.
    case lens = "sae-lens"
  }

  /// A training.
  private struct Size {
    let units: Int
    let batch: Int
    /// Steps before the clock starts.
    let warmup: Int
    let steps: Int
    let rate: Double
    static let active = 32

    var options: [String] {
      [
        "--units", "\(units)", "--batch", "\(batch)", "--warmup", "\(warmup)", "--steps",
        "\(steps)", "--rate", "\(rate)", "--active", "\(Self.active)",
      ]
    }
  }

  let library: Library

  var id: String { library.rawValue }
  let title = "top-k SAE 512 → 16,384, k = 32, batch 4,096"
  var peer: String { library == .torch ? "PyTorch, dense products as published" : "sae-lens" }
  let target = 6.0
  let measure = BenchMeasure.rate("vectors")
  let quality: (name: String, direction: Direction)? = (
    "normalised error of 1,024 units, k = 32, after 400 steps of 256, best of 3 rates", .lower
  )
  let environment = "sae"

  private func timed(_ run: BenchRun) -> Size {
    run.isQuick
      ? Size(units: 4096, batch: 1024, warmup: 1, steps: 3, rate: 0.001)
      : Size(units: 16_384, batch: 4096, warmup: 1, steps: 3, rate: 0.001)
  }

  /// The trainings of which the best is judged.
  private func judged(_ run: BenchRun) -> [Size] {
    [0.001, 0.003, 0.01].map {
      Size(units: 1024, batch: 256, warmup: 1, steps: run.isQuick ? 99 : 399, rate: $0)
    }
  }

  /// The vectors of a pair: sums of few of 4,096 known directions, scaled to a variance of 1 per input.
  private func vectors(_ run: BenchRun) throws -> (train: String, test: String) {
    let names = (
      train: "\(run.folder)/sae-\(run.seed).npy", test: "\(run.folder)/sae-\(run.seed)-test.npy"
    )
    guard !FileManager.default.fileExists(atPath: names.test) else { return names }
    let world = Superposition(inputs: 512, groups: 1024, groupSize: 4, seed: Seed(UInt64(run.seed)))
    let train = Tensor.concatenate((0..<4).map { world.examples(4096, part: "train \($0)") })
    let size = (train - train.mean(over: 0, keep: true)).squared().mean().squareRoot()
    try NPY.write(train / size, to: names.train)
    try NPY.write(world.examples(2048, part: "test") / size, to: names.test)
    return names
  }

  func ours(_ run: BenchRun) throws -> BenchFigures {
    _ = try vectors(run)
    return try run.child(of: self)
  }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    let names = try vectors(run)
    func figures(_ size: Size) throws -> BenchFigures {
      let script = library == .torch ? "torch_sae" : "sae_lens_topk"
      return try run.script(script, [names.train, names.test] + size.options)
    }
    var all = try figures(timed(run))
    all.quality = try judged(run).compactMap { try figures($0).quality }.min()
    return all
  }

  func work(_ run: BenchRun) throws -> BenchFigures {
    let names = try vectors(run)
    var options = SourceOptions()
    options.validation = 0
    let source = try Source.made(
      "vectors", train: MadeExamples(NPY.read(names.train)),
      test: MadeExamples(NPY.read(names.test)), options)
    let timed = timed(run)
    let (clock, _) = try trained(timed, source, run.seed)
    let peak = Double(peakMemory())
    let errors = try judged(run).map {
      try DictionaryScores(try trained($0, source, run.seed).network, source.test).error
    }
    return BenchFigures(
      value: Double(timed.steps * timed.batch) / clock.seconds, peak_memory_bytes: peak,
      quality: errors.min())
  }

  private func trained(
    _ size: Size, _ source: Source, _ seed: Int
  ) throws -> (clock: StepClock, network: TopKSAE.Network) {
    var method = TopKSAE()
    (method.dictionary.latents, method.active) = (size.units, Size.active)
    (method.training.batch, method.training.learningRate) = (size.batch, size.rate)
    method.training.epochs = (size.warmup + size.steps) * size.batch / source.train.count + 1
    let clock = StepClock(from: size.warmup, to: size.warmup + size.steps)
    var run = FitRun(source, seed: Seed(UInt64(seed)))
    run.budget.steps = size.warmup + size.steps
    run.shouldStop = {
      _ = clock.tick()
      return false
    }
    return (clock, try Space.fitted(method, run).network)
  }
}
