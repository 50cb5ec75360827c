import Datasets
import Evaluation
import Torch

/// One person's tests of all concepts.
struct ImportanceWork {
  let study: Ibydmt
  let predictions: [Double]
  let concepts: FeatureMatrix

  /// The wealth of each concept's test, in an order of the rows that `seed` draws.
  ///
  /// - Throws: `TensorError`.
  func paths(_ seed: Seed) throws -> [WealthPath] {
    let order = shuffled(predictions.count, seed.child("order"))
    // Beyond this all tests of the family reject, so no more is to be known.
    let bound = Double(concepts.width) / study.level
    guard study.kind != .global else {
      let rows = Array(order.prefix(2 * (study.most + 1)))
      return (0..<concepts.width).map {
        globalPath(predictions, concepts.column($0), order: rows, until: bound)
      }
    }
    let count = min(max(Int(study.pilot * Double(order.count)), 10), order.count - 10)
    let learnt = Array(order.prefix(count))
    let sampler = KernelSampler(
      concepts.rows(learnt), neighbours: max(2, study.neighbours * Double(count)))
    let rows = Array(order.dropFirst(count).prefix(study.most + 1))
    let given: any ConceptSampler =
      study.kind == .conditional && study.draws == .regression
      ? try RegressionSampler(concepts.rows(learnt)) : sampler
    return (0..<concepts.width).map { j in
      let own = seed.child("concept").child(j)
      guard study.kind == .local else {
        return conditionalPath(
          predictions, concepts, j, order: rows, sampler: given, until: bound, own)
      }
      return localPath(pairs(j, sampler, learnt, own), until: bound)
    }
  }

  /// Predictions of the rows nearest to draws that know the concept, and to draws that do not.
  private func pairs(
    _ j: Int, _ sampler: KernelSampler, _ learnt: [Int], _ seed: Seed
  ) -> [(with: Double, without: Double)] {
    let others = shuffled(concepts.width, seed.child("known")).filter { $0 != j }
    let known = Array(others.prefix(study.known))
    let row = concepts.row(study.row - 1)
    var random = NormalDraws(seed.child("draws"))
    func predict(_ given: [Int]) -> Double {
      var point = Array(row)
      let free = (0..<concepts.width).filter { !given.contains($0) }
      if !free.isEmpty {
        for (axis, value) in zip(free, sampler.draw(free, given: given, of: row, &random)) {
          point[axis] = value
        }
      }
      return predictions[learnt[sampler.nearest(point)]]
    }
    // More draws than rows they are made of would show how few those are, and not the concept.
    let steps = min(study.most, max(10, Int(sampler.neighbours)))
    return (0...steps).map { _ in (predict(known + [j]), predict(known)) }
  }
}
