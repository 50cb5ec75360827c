import Datasets
import Files
import Learning
import Neighbours
import Torch

/// The nearest other examples of each training example, one of which is its partner in a step.
struct NeighbourPairs: Sendable {
  /// Training examples as rows, `[n, d]`.
  private let rows: Tensor
  /// Places of the neighbours of each, int64 `[n, k]`.
  let places: Tensor
  /// The share of true neighbours that were found, of a sample where the search was approximate.
  let recall: Double

  /// The `count` nearest of each training example of `run`; every distance is looked at where `recall` is 1.
  ///
  /// - Throws: `UserError` where there are fewer than two examples, or the run is told to stop.
  init(_ run: FitRun, count: Int, recall: Double) throws {
    let train = run.source.train
    let parts = try train.chunks(of: 1000).map { try train.batch($0).x.flattened(from: 1) }
    rows = Tensor.concatenate(parts).to(run.device)
    var search = NearestNeighbours(count)
    search.recall = recall
    search.exactWork = recall < 1 ? 0 : .infinity
    do {
      let found = try search.find(
        among: rows.to(.cpu), seed: run.seed.child("neighbours"),
        progress: { _ in !run.shouldStop() })
      places = found.places.to(.int64).to(run.device)
      self.recall = found.recall
    } catch is MapStopped {
      throw TrainingError.stopped(step: 0, steps: 1)
    }
  }

  /// A neighbour of each of `batch`, drawn among its k: `[n, d]`.
  func partners(of batch: Batch, _ random: RandomStream) -> Tensor {
    let mine = Tensor(batch.indices.map(Int64.init), shape: [batch.indices.count])
      .to(rows.device)
    let drawn = random.integers(0..<places.size(1), [batch.indices.count, 1])
    let chosen = places.indexSelect(0, mine).gather(1, drawn).flattened()
    return rows.indexSelect(0, chosen)
  }

  /// The nearest other example of each of `batch` in the batch itself: `[n, d]`.
  static func partnersWithin(_ batch: Batch) -> Tensor {
    let x = batch.x.flattened(from: 1)
    let own = Tensor.identity(x.size(0), type: x.dtype, device: x.device) * 1e30
    return x.indexSelect(0, (x.distances(to: x) + own).argmin(over: 1))
  }
}
