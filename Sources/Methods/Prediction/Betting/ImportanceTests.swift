import Datasets
import Evaluation
import Torch

/// Whether a prediction depends on a concept: pairs whose concepts are exchanged against pairs as they are.
///
/// - Source: Teneggi & Sulam, 2024, §3.1 (SKIT), after Podkopaev et al., *Sequential kernelized independence
///   testing*, 2023.
func globalPath(
  _ predictions: [Double], _ concept: [Double], order: [Int], until bound: Double = .infinity
) -> WealthPath {
  var path = WealthPath()
  var y = KernelMemory(), z = KernelMemory()
  for place in stride(from: 0, to: order.count - 1, by: 2) {
    let (one, two) = (order[place], order[place + 1])
    if y.count > 0 {
      let (y1, y2) = (y.kernel(predictions[one]), y.kernel(predictions[two]))
      let (z1, z2) = (z.kernel(concept[one]), z.kernel(concept[two]))
      func witness(_ a: [Double], _ b: [Double]) -> Double { meanProduct(a, b) - a.mean * b.mean }
      path.bet(witness(y1, z1) + witness(y2, z2) - witness(y1, z2) - witness(y2, z1))
      if (path.values.last ?? 0) >= bound { break }
    }
    for row in [one, two] {
      y.remember([predictions[row]])
      z.remember([concept[row]])
    }
  }
  return path
}

/// Draws of one concept given the others.
protocol ConceptSampler {
  /// A draw of concept `j` given the other concepts of `row`.
  func draw(_ j: Int, given row: ArraySlice<Double>, _ random: inout NormalDraws) -> Double
}

/// Whether a prediction depends on a concept given all others: the concept against draws of it given the others.
///
/// - Source: Teneggi & Sulam, 2024, §3.2 (c-SKIT).
func conditionalPath(
  _ predictions: [Double], _ concepts: FeatureMatrix, _ j: Int, order: [Int],
  sampler: any ConceptSampler, until bound: Double = .infinity, _ seed: Seed
) -> WealthPath {
  var path = WealthPath()
  var random = NormalDraws(seed)
  var y = KernelMemory(), rest = KernelMemory(width: max(concepts.width - 1, 1))
  // One bandwidth for the concept and its draws, which are alike where the null is right.
  var real = KernelMemory()
  var drawn: [Double] = []
  for index in order {
    let row = Array(concepts.row(index))
    let own = row[j]
    let null = sampler.draw(j, given: row[...], &random)
    var others = row
    others.remove(at: j)
    if others.isEmpty { others = [0] }
    if y.count > 0 {
      let joint = zip(y.kernel(predictions[index]), rest.kernel(others[...])).map { $0 * $1 }
      func witness(_ value: Double) -> Double {
        meanProduct(joint, real.kernel(value)) - meanProduct(joint, real.kernel(value, to: drawn))
      }
      path.bet(witness(own) - witness(null))
      if (path.values.last ?? 0) >= bound { break }
    }
    y.remember([predictions[index]])
    rest.remember(others[...])
    real.remember([own])
    drawn.append(null)
  }
  return path
}

/// Whether one row's prediction depends on a concept, some others being known: predictions of draws that share the
/// concept against predictions of draws that do not.
///
/// - Source: Teneggi & Sulam, 2024, §3.3 (x-SKIT).
/// - Parameter pairs: Predictions of draws with the concept and the others as in the row, and with the others alone.
func localPath(_ pairs: [(with: Double, without: Double)], until bound: Double = .infinity)
  -> WealthPath
{
  var path = WealthPath()
  var with = KernelMemory()
  var without: [Double] = []
  for pair in pairs {
    if with.count > 0 {
      func witness(_ value: Double) -> Double {
        with.kernel(value).mean - with.kernel(value, to: without).mean
      }
      path.bet(witness(pair.with) - witness(pair.without))
      if (path.values.last ?? 0) >= bound { break }
    }
    with.remember([pair.with])
    without.append(pair.without)
  }
  return path
}
