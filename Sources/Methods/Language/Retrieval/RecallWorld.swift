import Foundation
import Torch

/// Rows of keys with values, then some of the keys again, each with the value that it had: a needle for each question.
///
/// Tokens are 0, which begins a row, then keys, then values.
struct RecallWorld {
  let keys: Int
  let values: Int
  /// Pairs of a row, and questions after them.
  let pairs: Int
  let questions: Int

  /// Different tokens.
  var vocabulary: Int { 1 + keys + values }
  /// Tokens of a row.
  var length: Int { 1 + 2 * (pairs + questions) }

  /// Rows `[n, length]`, int64, and where the answer to each question stands among the pairs.
  func rows(_ count: Int, _ seed: Seed) -> (tokens: Tensor, needles: [[Int]]) {
    var random = SplitMix(seed)
    var tokens: [Int64] = [], needles: [[Int]] = []
    for _ in 0..<count {
      let chosen = Array(0..<keys).shuffled(using: &random).prefix(pairs).map { Int64(1 + $0) }
      let held = (0..<pairs).map { _ in Int64(1 + keys + Int(random.uniform() * Double(values))) }
      let asked = (0..<questions).map { _ in Int(random.uniform() * Double(pairs)) }
      tokens.append(0)
      for place in Array(0..<pairs) + asked { tokens += [chosen[place], held[place]] }
      needles.append(asked.map { 2 + 2 * $0 })
    }
    return (Tensor(tokens, shape: [count, length]), needles)
  }

  /// The places of the keys that are asked for: what follows each is its answer.
  var asking: [Int] { (0..<questions).map { 1 + 2 * (pairs + $0) } }
}
