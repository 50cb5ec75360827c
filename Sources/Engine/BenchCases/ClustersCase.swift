import Datasets
import Evaluation
import Foundation
import Learning
import Manual
import Probability
import Torch

/// Twenty rounds of Lloyd's iteration for 100 centres of 60,000 codes of 128 numbers, float64, from the same start.
struct ClustersCase: BenchCase {
  let id = "k-means"
  let title = "k-means, 100 centres of 60,000 × 128 codes, 20 rounds from one start"
  let peer = "scikit-learn, Lloyd"
  let target = 1.0
  let measure = BenchMeasure.seconds("of 20 rounds")
  let quality: (name: String, direction: Direction)? = ("squared distance to the centres", .lower)

  func ours(_ run: BenchRun) throws -> BenchFigures {
    try prepare(run)
    return try run.child(of: self)
  }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    try prepare(run)
    return try run.script("sklearn_kmeans", [path(run)])
  }

  func work(_ run: BenchRun) throws -> BenchFigures {
    let codes = try NPY.read(path(run)).to(.float64).contiguous()
    let began = ContinuousClock.now
    let found = try KMeans(clusters: 100, iterations: 20).descend(codes, from: codes[0..<100])
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    return BenchFigures(
      value: seconds, peak_memory_bytes: Double(peakMemory()), quality: found.inertia)
  }

  private func path(_ run: BenchRun) -> String {
    "\(run.folder)/k-means-\(run.isQuick)-\(run.seed).npy"
  }

  /// Writes codes of the pair: overlapping clouds around 150 places.
  private func prepare(_ run: BenchRun) throws {
    guard !FileManager.default.fileExists(atPath: path(run)) else { return }
    let random = RandomStream(Seed(UInt64(run.seed))), count = run.isQuick ? 6000 : 60_000
    let places = random.normal([150, 128])
    let owners = random.integers(0..<150, [count])
    try NPY.write(places.indexSelect(0, owners) + random.normal([count, 128]), to: path(run))
  }
}
