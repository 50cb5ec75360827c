import Datasets
import Evaluation
import Files
import Foundation
import Manual
import Torch

/// A map in the plane of 20,000 pictures along their first 64 principal directions: our whole command, from the start
/// of the program, beside a map in a process where all of the peer is compiled already.
struct MapCase: BenchCase {
  let id = "map"
  let title = "neighbour map of 20,000 × 64, the whole command beside a warm peer"
  let peer = "umap-learn, warm"
  let target = 1.7
  let measure = BenchMeasure.seconds("of one map")
  let quality: (name: String, direction: Direction)? = ("trustworthiness, 12 neighbours", .higher)

  func ours(_ run: BenchRun) throws -> BenchFigures {
    let (vectors, places) = (try vectors(run), "\(run.folder)/map-ours.npy")
    let words = ["map", vectors, "--out", places, "--seed", "\(run.seed)", "--fresh", "--quiet"]
    let whole = try run.command(words)
    return BenchFigures(
      value: whole.seconds, peak_memory_bytes: whole.peakBytes, quality: try judge(places, vectors))
  }

  func theirs(_ run: BenchRun) throws -> BenchFigures {
    let (vectors, places) = (try vectors(run), "\(run.folder)/map-theirs.npy")
    var figures = try run.script("umap_map", [vectors, "--out", places])
    figures.quality = try judge(places, vectors)
    return figures
  }

  private func judge(_ places: String, _ vectors: String) throws -> Double {
    let found = try NeighbourPreservation.measure(NPY.read(vectors), on: NPY.read(places))
    return found[0].trustworthiness.value
  }

  /// The file of the vectors, written once for all pairs.
  private func vectors(_ run: BenchRun) throws -> String {
    let path = "\(run.folder)/map-\(run.isQuick).npy"
    guard !FileManager.default.fileExists(atPath: path) else { return path }
    // By a child: a program that this one starts is said to have had as much memory as this one had then.
    _ = try WholeRun(
      CommandLine.arguments[0],
      [BenchMap.childVerb, run.folder, run.isQuick ? "5000" : "20000", "64"])
    try FileManager.default.moveItem(atPath: "\(run.folder)/vectors.npy", toPath: path)
    return path
  }
}
