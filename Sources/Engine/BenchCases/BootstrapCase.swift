import Datasets
import Evaluation
import Files
import Foundation
import Manual
import Torch

/// The bias-corrected and accelerated interval of a mean of 5,000 values, from 9,999 replicates.
struct BootstrapCase: BenchCase {
  let id = "bootstrap"
  let title = "BCa interval of a mean, 5,000 values, 9,999 replicates"
  let peer = "scipy.stats.bootstrap"
  let target = 10.0
  let measure = BenchMeasure.seconds("of one interval")
  let quality: (name: String, direction: Direction)? = ("width of the interval", .lower)

  private func path(_ run: BenchRun) -> String { "\(run.folder)/bootstrap.npy" }

  func ours(_ run: BenchRun) throws -> BenchFigures {
    try prepare(run)
    return try run.child(of: self)
  }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    try prepare(run)
    return try run.script("scipy_bootstrap", [path(run)])
  }

  func work(_ run: BenchRun) throws -> BenchFigures {
    let values = try NPY.read(path(run)).values(as: Double.self)
    let began = ContinuousClock.now
    let found = try AcceleratedBootstrap().mean(
      of: values, seed: Seed(UInt64(run.seed)), threads: run.peers.threads)
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    let interval = found.estimate.interval
    return BenchFigures(
      value: seconds, peak_memory_bytes: Double(peakMemory()),
      quality: interval.high - interval.low)
  }

  /// Writes a skewed sample, once for all pairs.
  private func prepare(_ run: BenchRun) throws {
    guard !FileManager.default.fileExists(atPath: path(run)) else { return }
    var random = SplitMix(Seed(1))
    let values = (0..<5000).map { _ in -log(1 - random.uniform()) }
    try NPY.write(Tensor(values, shape: [5000]), to: path(run))
  }
}
