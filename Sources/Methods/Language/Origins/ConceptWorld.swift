import Foundation
import Torch

/// Binary concepts that depend on each other along a random graph; a token says all of them, and a context some.
///
/// - Source: Jiang, Rajendran, Ravikumar, Aragam & Veitch, *On the origins of linear representations in large language
///   models*, ICML 2024.
struct ConceptWorld {
  /// Number of concepts, m.
  let concepts: Int
  /// p(token), of all 2ᵐ; the values of the concepts are its binary digits, the first the highest.
  let probabilities: [Double]

  /// A world in which each concept follows each before it with probability `edges`.
  init(concepts: Int, edges: Double, seed: Seed) {
    self.concepts = concepts
    var random = SplitMix(seed)
    func normal() -> Double {
      (-2 * log(1 - random.uniform())).squareRoot() * cos(2 * .pi * random.uniform())
    }
    var offsets: [Double] = [], pulls: [[Double]] = []
    for concept in 0..<concepts {
      pulls.append((0..<concept).map { _ in random.uniform() < edges ? 0.75 * normal() : 0 })
      offsets.append(0.5 * normal())
    }
    probabilities = (0..<1 << concepts).map { token in
      (0..<concepts).reduce(1.0) { p, concept in
        let pull = (0..<concept).reduce(offsets[concept]) {
          $0 + pulls[concept][$1] * (Self.value($1, of: token, concepts) == 1 ? 1 : -1)
        }
        let sign: Double = Self.value(concept, of: token, concepts) == 1 ? -1 : 1
        return p / (1 + exp(sign * pull))
      }
    }
  }

  static func value(_ concept: Int, of token: Int, _ concepts: Int) -> Int {
    token >> (concepts - 1 - concept) & 1
  }

  var tokens: Int { probabilities.count }
  /// Number of contexts: each concept is 0, 1 or not told.
  var contexts: Int { (0..<concepts).reduce(1) { all, _ in 3 * all } }

  /// The value of a concept that a context tells; 2 where it does not.
  func told(_ concept: Int, by context: Int) -> Int {
    (0..<concepts - 1 - concept).reduce(context) { rest, _ in rest / 3 } % 3
  }

  /// Whether a token has the values that a context tells.
  private func suits(_ token: Int, _ context: Int) -> Bool {
    (0..<concepts).allSatisfy {
      let told = told($0, by: context)
      return told == 2 || told == Self.value($0, of: token, concepts)
    }
  }

  /// p(token | context), `[contexts, tokens]`, and how often each context comes, `[contexts]`, when what it tells is as
  /// likely as anything else and the values are the world's.
  func law() -> (next: Tensor, shares: Tensor) {
    var next: [Double] = [], shares: [Double] = []
    for context in 0..<contexts {
      let joint = (0..<tokens).map { suits($0, context) ? probabilities[$0] : 0 }
      let sum = joint.reduce(0, +)
      next += joint.map { $0 / sum }
      shares.append(sum / Double(tokens))
    }
    return (Tensor(next, shape: [contexts, tokens]), Tensor(shares, shape: [contexts, 1]))
  }

  /// Pairs of tokens that differ in one concept alone, the one without it first.
  func tokenPairs(_ concept: Int) -> [(Int, Int)] {
    let bit = 1 << (concepts - 1 - concept)
    return (0..<tokens).filter { $0 & bit == 0 }.map { ($0, $0 | bit) }
  }

  /// Pairs of contexts that differ in the value of one concept alone, the one without it first.
  func contextPairs(_ concept: Int) -> [(Int, Int)] {
    let step = (0..<concepts - 1 - concept).reduce(1) { all, _ in 3 * all }
    return (0..<contexts).filter { told(concept, by: $0) == 0 }.map { ($0, $0 + step) }
  }
}
