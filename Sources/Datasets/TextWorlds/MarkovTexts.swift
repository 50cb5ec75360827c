import Foundation
import Torch

/// The world `markov`: texts of letters of which each depends on the few before it, begun in the stationary distribution.
///
/// - Source: Shannon, *A mathematical theory of communication*, 1948, sections 3–7.
public struct MarkovTexts: TextLaw {
  public static let name = "markov"
  public static let about = "64 letters, each by the two before it; the entropy rate is known"

  /// Number of letters, at most 26.
  public let letters: Int
  /// How many letters before it a letter depends on.
  public let order: Int
  public let length: Int
  /// p(letter | the letters before it), a row for each context in the order of its letters.
  public let transitions: [[Double]]
  /// How often each context occurs.
  public let stationary: [Double]

  public init(seed: Seed) { self.init(letters: 8, order: 2, length: 64, seed: seed) }

  /// A chain whose rows of probabilities follow from the seed, all of them above 0.
  public init(letters: Int, order: Int, length: Int, seed: Seed) {
    precondition((1...26).contains(letters) && order >= 1 && length >= order, "no such chain")
    (self.letters, self.order, self.length) = (letters, order, length)
    var random = SplitMix(seed)
    let contexts = (0..<order).reduce(1) { all, _ in all * letters }
    let transitions = (0..<contexts).map { _ in random.probabilities(letters, spread: 1.5) }
    self.transitions = transitions
    var now = [Double](repeating: 1 / Double(contexts), count: contexts)
    for _ in 0..<100_000 {
      var next = [Double](repeating: 0, count: contexts)
      for (context, p) in now.enumerated() {
        for letter in 0..<letters {
          next[(context * letters + letter) % contexts] += p * transitions[context][letter]
        }
      }
      let moved = zip(now, next).reduce(0) { $0 + abs($1.0 - $1.1) }
      now = next
      if moved < 1e-15 { break }
    }
    stationary = now
  }

  /// Entropy of a letter given all before it, nats.
  public var entropyRate: Double {
    zip(stationary, transitions).reduce(0) { $0 + $1.0 * $1.1.entropy }
  }

  /// Entropy of a text, nats.
  public var entropy: Double { stationary.entropy + Double(length - order) * entropyRate }

  public func draw(_ random: inout SplitMix) -> WorldText {
    var context = random.place(stationary)
    var symbols: [Int] = [], rest = context
    for _ in 0..<order {
      symbols.insert(rest % letters, at: 0)
      rest /= letters
    }
    while symbols.count < length {
      let letter = random.place(transitions[context])
      symbols.append(letter)
      context = (context * letters + letter) % transitions.count
    }
    return WorldText(Letters.text(symbols))
  }

  public func logProbability(of text: String) -> Double {
    guard let symbols = Letters.symbols(text, below: letters), symbols.count == length else {
      return -.infinity
    }
    var context = symbols.prefix(order).reduce(0) { $0 * letters + $1 }
    var sum = log(stationary[context])
    for letter in symbols.dropFirst(order) {
      sum += log(transitions[context][letter])
      context = (context * letters + letter) % transitions.count
    }
    return sum
  }
}
