import Foundation
import Torch

/// The world `grammar`: texts of letters by a context-free grammar in levels, where each symbol of a level becomes two or
/// three of the next by one of its rules.
///
/// - Source: after Allen-Zhu & Li, *Physics of language models: part 1, learning hierarchical language structures*, 2023,
///   arXiv:2305.13673.
public struct GrammarTexts: TextLaw {
  public static let name = "grammar"
  public static let about = "16 to 81 letters by a context-free grammar of four levels"

  /// Symbols of a level; those of the last are letters.
  public let symbols: Int
  /// The rules of each symbol of each level but the last: what it becomes, each as likely as another.
  public let rules: [[[[Int]]]]

  public init(seed: Seed) { self.init(symbols: 3, levels: 4, rules: 2, seed: seed) }

  /// A grammar whose rules follow from the seed; no two rules of a level become the same.
  public init(symbols: Int, levels: Int, rules: Int, seed: Seed) {
    let bodies = symbols * symbols * (1 + symbols)
    precondition(
      (1...26).contains(symbols) && levels > 0 && rules > 0 && symbols * rules <= bodies,
      "no such grammar")
    self.symbols = symbols
    self.rules = (0..<levels).map { level in
      let order = shuffled(bodies, seed.child(level))
      return (0..<symbols).map { symbol in
        (0..<rules).map { Self.body(order[symbol * rules + $0], symbols) }
      }
    }
  }

  /// The row of two or three symbols at a place among all.
  private static func body(_ place: Int, _ symbols: Int) -> [Int] {
    let pairs = symbols * symbols
    if place < pairs { return [place / symbols, place % symbols] }
    let rest = place - pairs
    return [rest / pairs, rest / symbols % symbols, rest % symbols]
  }

  public var length: Int { rules.reduce(1) { all, _ in all * 3 } }

  public func draw(_ random: inout SplitMix) -> WorldText {
    var row = [0]
    for level in rules {
      row = row.flatMap { symbol in
        let bodies = level[symbol]
        return bodies[Int(random.uniform() * Double(bodies.count))]
      }
    }
    return WorldText(Letters.text(row))
  }

  /// Entropy of how a text was made, nats; of the text itself too, where none can be made in two ways.
  public var derivationEntropy: Double {
    var below = [Double](repeating: 0, count: symbols)
    for level in rules.reversed() {
      below = level.map { bodies in
        let inner = bodies.reduce(0) { $0 + $1.reduce(0) { $0 + below[$1] } }
        return log(Double(bodies.count)) + inner / Double(bodies.count)
      }
    }
    return below[0]
  }

  /// The sum over all ways in which the grammar makes a text, by the inside algorithm.
  ///
  /// - Source: Baker, *Trainable grammars for speech recognition*, 1979.
  public func logProbability(of text: String) -> Double {
    guard let letters = Letters.symbols(text, below: symbols), !letters.isEmpty,
      letters.count <= length
    else { return -.infinity }
    let n = letters.count
    // inside[symbol][from][to]: p that the symbol of this level becomes the letters between.
    var inside = (0..<symbols).map { symbol in
      (0...n).map { from in
        (0...n).map { $0 == from + 1 && letters[from] == symbol ? 1.0 : 0 }
      }
    }
    for level in rules.reversed() {
      inside = level.map { bodies in
        var sum = [[Double]](repeating: [Double](repeating: 0, count: n + 1), count: n + 1)
        for body in bodies {
          let all = body.dropFirst().reduce(inside[body[0]]) { Self.joined($0, inside[$1]) }
          for from in 0...n {
            for to in from...n { sum[from][to] += all[from][to] / Double(bodies.count) }
          }
        }
        return sum
      }
    }
    return log(inside[0][0][n])
  }

  /// p that two follow each other between two places.
  private static func joined(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    let n = a.count - 1
    var both = [[Double]](repeating: [Double](repeating: 0, count: n + 1), count: n + 1)
    for from in 0...n {
      for middle in from...n where a[from][middle] > 0 {
        for to in middle...n { both[from][to] += a[from][middle] * b[middle][to] }
      }
    }
    return both
  }
}
