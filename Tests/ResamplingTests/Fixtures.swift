import Datasets
import GoldenFixtures

/// What other packages make of the same numbers; `Tests/Golden/resampling.py` wrote it.
struct Fixtures: Decodable {
  struct Tails: Decodable {
    let chiSquare: [[Double]], fisher: [[Double]], binomial: [[Double]], kolmogorov: [[Double]]
  }
  struct Models: Decodable {
    let label: [Int], predictions: [[Int]], corrected: [Double], exact: Double, cochran: [Double]
  }
  struct Test: Decodable {
    let scores: [Double], found: [Double]
  }
  struct Learners: Decodable {
    let features: [Double], classes: [Int], discriminant: [[Int]], nearest: [[Int]]
    let pairedT: Test, combinedF: Test, resampled: Test
    let corrected: [Double], samples: [[Int]], optimism: [Double]
  }
  struct Cheap: Decodable {
    let fits: [[Double]], low: [Double], high: [Double]
  }
  struct Regressions: Decodable {
    let features: [Double], outcome: [Double], hit: [Double], samples: [[Int]]
    let linear: Cheap, logistic: Cheap
  }
  struct Coverage: Decodable {
    let truth: [Double], samples: [Double], references: [Double], counts: [Int]
    let expected: [Double], alpha: [Double], kolmogorov: [Double]
  }

  let tails: Tails
  let shares: [[Double]]
  let models: Models
  let learners: Learners
  let regressions: Regressions
  let coverage: Coverage

  static func read() throws -> Fixtures { try golden("resampling") }
}

/// Arrays as a person's file would hold them.
func arrays(numbers: [String: [Double]] = [:], words: [String: [String]] = [:]) throws
  -> NamedArrays
{
  var arrays = NamedArrays()
  for (name, values) in numbers.sorted(by: { $0.key < $1.key }) {
    try arrays.add(name, .numbers(values, shape: [values.count]))
  }
  for (name, values) in words.sorted(by: { $0.key < $1.key }) {
    try arrays.add(name, .words(values))
  }
  return arrays
}
