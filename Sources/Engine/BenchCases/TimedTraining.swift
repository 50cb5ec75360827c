import Autoencoding
import Datasets
import Learning
import Networks
import Torch
import Variational

/// A VAE that was trained for a number of steps, and how fast.
struct TimedTraining {
  let network: GaussianAutoencoder
  /// Examples a second after the warm-up, with batches and updates.
  let rate: Double
  /// The most memory that the process had held by the end.
  let peakBytes: Double

  /// Trains a warm-up, and then the steps.
  ///
  /// - Parameters:
  ///   - isCoarse: whether products run in bfloat16.
  ///   - warmup: its steps; without, a tenth of the others.
  /// - Throws: what training throws.
  init(
    _ each: Bench.Case, source: Source, seed: Seed, isCoarse: Bool = false, warmup: Int? = nil
  ) throws {
    var method = VAE()
    method.networks.architecture = each.model == "conv" ? .convolution : .mlp
    if each.model == "conv" { method.networks.hidden = [256] }
    method.training.batch = each.batch
    let warmup = warmup ?? max(3, each.steps / 10)
    method.training.epochs = (warmup + each.steps) * each.batch / source.train.count + 1
    var run = FitRun(source, seed: seed)
    run.lowPrecision = isCoarse
    let clock = StepClock(from: warmup, to: warmup + each.steps)
    run.shouldStop = clock.tick
    let random = RandomStream(seed.child("network"), device: run.device)
    network = try GaussianAutoencoder.whole { method.makeNetwork(source.domain, random) }
    // The steps end before the epochs do.
    do { _ = try method.fit(network, run) } catch TrainingError.stopped {}
    rate = Double(each.steps * each.batch) / clock.seconds
    peakBytes = Double(peakMemory())
  }
}

/// Times the steps between two counts.
final class StepClock {
  private let from: Int
  private let to: Int
  private var steps = 0
  private var began = ContinuousClock.now
  private(set) var seconds = 0.0

  init(from: Int, to: Int) {
    self.from = from
    self.to = to
  }

  /// Counts a step; whether it was the last.
  func tick() -> Bool {
    steps += 1
    if steps == from { began = .now }
    if steps == to { seconds = (ContinuousClock.now - began) / .seconds(1) }
    return steps >= to
  }
}
