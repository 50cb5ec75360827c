import Datasets
import Evaluation
import Foundation
import Torch

/// Concepts whose weights in the prediction are known.
struct ConceptWorld {
  let concepts: FeatureMatrix
  let predictions: [Double]
  let weights: [Double]
  let correlation: Double

  /// - Throws: `TensorError`.
  init(_ rows: Int, correlation: Double, _ seed: Seed) throws {
    var shuffle = SplitMix(seed.child("weights"))
    let weights = [2, 1, 0.5, 0.25, 0, 0, 0, 0].shuffled(using: &shuffle)
    var random = NormalDraws(seed.child("rows"))
    var values: [Double] = []
    var predictions: [Double] = []
    for _ in 0..<rows {
      var row: [Double] = []
      for j in weights.indices {
        let fresh = random.next()
        row.append(
          j == 0
            ? fresh
            : correlation * row[j - 1] + (1 - correlation * correlation).squareRoot() * fresh)
      }
      let sum = zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 }
      predictions.append(1 / (1 + exp(-sum)) + 0.01 * random.next())
      values += row
    }
    concepts = FeatureMatrix(
      names: weights.indices.map { "concept \($0 + 1)" }, values: values, count: rows)
    self.predictions = predictions
    self.weights = weights
    self.correlation = correlation
  }
}

extension ConceptWorld: ConceptSampler {
  /// A draw given the others: of a chain, only the neighbours tell.
  func draw(_ j: Int, given row: ArraySlice<Double>, _ random: inout NormalDraws) -> Double {
    let r = correlation
    let start = row.startIndex
    guard j > 0, j < row.count - 1 else {
      let neighbour = row[start + (j == 0 ? 1 : j - 1)]
      return r * neighbour + (1 - r * r).squareRoot() * random.next()
    }
    let both = row[start + j - 1] + row[start + j + 1]
    return r / (1 + r * r) * both + ((1 - r * r) / (1 + r * r)).squareRoot() * random.next()
  }
}
