import Datasets
import Networks
import Torch

/// Auxiliary inputs of examples, such as time or pose, to mean 0 and deviation 1: factors of the source, or the place of
/// the row.
struct AuxiliaryInputs: Module {
  let centre: Buffer
  let scale: Buffer
  /// Places among the factors; none where the row's place is the only input.
  let chosen: [Int]
  /// Number of auxiliary inputs, a.
  var count: Int { max(chosen.count, 1) }

  /// The factors of `domain` that `chosen` names, counted from 1; without any, all, or the row's place.
  init(_ domain: Domain, _ chosen: [Int], _ random: RandomStream) {
    self.chosen = chosen.isEmpty ? Array(domain.factors.indices) : chosen.map { $0 - 1 }
    let width = max(self.chosen.count, 1)
    centre = Buffer(Tensor.zeros([width], device: random.device))
    scale = Buffer(Tensor.ones([width], device: random.device))
  }

  /// Takes the scale of the examples and returns their inputs, `[n, a]`.
  ///
  /// - Throws: `TensorError`.
  func learn(_ examples: Examples) throws -> Tensor {
    let rows = Array(0..<examples.count)
    let all: Tensor =
      if let factors = examples.factors(), !chosen.isEmpty {
        Tensor(
          rows.flatMap { row in chosen.map { factors[row][$0] } }, shape: [rows.count, count])
      } else {
        Tensor(rows.map(Float.init), shape: [rows.count, 1])
      }
    let deviation = all.standardDeviation(over: 0, correction: 0)
    try centre.tensor.assign(all.mean(over: 0))
    // A constant input keeps its scale.
    try scale.tensor.assign((deviation .> 1e-6).choose(deviation, deviation.onesLike()))
    return (all.to(centre.tensor.device) - centre.tensor) / scale.tensor
  }

  /// Those of a batch, `[n, a]`.
  func callAsFunction(_ batch: Batch) -> Tensor {
    let raw: Tensor =
      if let factors = batch.factors, !chosen.isEmpty {
        factors.indexSelect(1, Tensor(chosen.map(Int64.init)).to(factors.device))
      } else {
        Tensor(batch.indices.map(Float.init), shape: [batch.indices.count, 1])
      }
    return (raw.to(centre.tensor.device) - centre.tensor) / scale.tensor
  }
}
