import Datasets
import Evaluation
import Files
import Foundation
import Manual
import Torch

/// The classes of 10,000 codes by the votes of their five nearest among 60,000, each of 128 numbers: Fashion-MNIST along
/// its principal directions.
struct NeighbourProbeCase: BenchCase {
  let id = "neighbour-probe"
  let title = "5-NN probe, 60,000 × 10,000 codes of 128 numbers"
  let peer = "scikit-learn, brute force"
  let target = 2.0
  let measure = BenchMeasure.seconds("of search and vote")
  let quality: (name: String, direction: Direction)? = ("accuracy", .higher)

  func ours(_ run: BenchRun) throws -> BenchFigures {
    try prepare(run)
    return try run.child(of: self)
  }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    try prepare(run)
    return try run.script("sklearn_neighbours", [run.folder])
  }

  func work(_ run: BenchRun) throws -> BenchFigures {
    let (train, test) = (try read("train", run), try read("test", run))
    let began = ContinuousClock.now
    let hits = try NearestNeighbours().hits(
      train: train.codes, train.labels, test: test.codes, test.labels)
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    return BenchFigures(
      value: seconds, peak_memory_bytes: Double(peakMemory()), quality: hits.mean)
  }

  private func path(_ part: String, _ what: String, _ run: BenchRun) -> String {
    "\(run.folder)/probe-\(run.isQuick)-\(part)-\(what).npy"
  }

  private func read(_ part: String, _ run: BenchRun) throws -> (codes: Tensor, labels: [Int]) {
    let labels = try NPY.read(path(part, "labels", run)).values(as: Int64.self)
    return (try NPY.read(path(part, "codes", run)).copied(), labels.map(Int.init))
  }

  /// Writes codes and labels of both parts, once for all pairs.
  private func prepare(_ run: BenchRun) throws {
    guard !FileManager.default.fileExists(atPath: path("test", "labels", run)) else { return }
    let source = try Bench.fashion()
    let train = source.train.prefix(run.isQuick ? 10_000 : 60_000)
    let test = source.test.prefix(run.isQuick ? 2000 : 10_000)
    let pictures = try [train, test].flatMap { part in
      try part.chunks(of: 5000).map { try part.batch($0).x.flattened(from: 1) }
    }
    let places = try PrincipalDirections(Tensor.concatenate(pictures), count: 128).places
    let codes = [
      places.sliced(0, 0, train.count), places.sliced(0, train.count, train.count + test.count),
    ]
    for (name, part, rows) in [("train", train, codes[0]), ("test", test, codes[1])] {
      try NPY.write(rows, to: path(name, "codes", run))
      let labels = try part.labels() ?? []
      try NPY.write(Tensor(labels.map { Int64($0) }), to: path(name, "labels", run))
    }
  }
}
