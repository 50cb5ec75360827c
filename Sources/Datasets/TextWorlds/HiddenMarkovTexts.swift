import Foundation
import Torch

/// The world `hidden-markov`: each text is of one of a few hidden Markov models, which its reader has to infer from the
/// text itself; all share what states show and differ in how states follow each other.
///
/// - Source: Xie, Raghunathan, Liang & Ma, *An explanation of in-context learning as implicit Bayesian inference*, ICLR
///   2022.
public struct HiddenMarkovTexts: TextLaw {
  public static let name = "hidden-markov"
  public static let about =
    "64 letters of one of five hidden Markov models, its class; what can be inferred is known"

  /// Number of letters, at most 26.
  public let letters: Int
  public let length: Int
  /// p(next state | state) of each model.
  public let transitions: [[[Double]]]
  /// p(letter | state), of all models.
  public let emissions: [[Double]]

  public init(seed: Seed) {
    self.init(models: 5, states: 6, letters: 10, length: 64, seed: seed)
  }

  /// Models whose probabilities follow from the seed; each is as likely as another, and starts in any state.
  public init(models: Int, states: Int, letters: Int, length: Int, seed: Seed) {
    precondition(models > 0 && states > 0 && (1...26).contains(letters), "no such models")
    (self.letters, self.length) = (letters, length)
    var random = SplitMix(seed)
    emissions = (0..<states).map { _ in random.probabilities(letters, spread: 2) }
    transitions = (0..<models).map { _ in
      (0..<states).map { _ in random.probabilities(states, spread: 2) }
    }
  }

  public var factors: [Factor] { [Factor("model", values: transitions.count)] }
  public var classes: [String] { transitions.indices.map { "model \($0)" } }

  public func draw(_ random: inout SplitMix) -> WorldText {
    let model = Int(random.uniform() * Double(transitions.count))
    var state = Int(random.uniform() * Double(emissions.count))
    var symbols: [Int] = []
    for _ in 0..<length {
      symbols.append(random.place(emissions[state]))
      state = random.place(transitions[model][state])
    }
    return WorldText(Letters.text(symbols), factors: [Float(model)], label: model)
  }

  /// What is known after some letters: log p of them under each model, and how likely each state is then.
  public struct Belief: Sendable {
    /// log p(letters | model), nats.
    public fileprivate(set) var logLikelihoods: [Double]
    /// p(state of the next letter | letters, model).
    public fileprivate(set) var states: [[Double]]

    /// p(model | letters).
    public var posterior: [Double] {
      let top = logLikelihoods.max() ?? 0
      let weights = logLikelihoods.map { exp($0 - top) }
      let sum = weights.reduce(0, +)
      return weights.map { $0 / sum }
    }
  }

  /// What is known before the first letter.
  public var prior: Belief {
    let states = emissions.map { _ in 1 / Double(emissions.count) }
    return Belief(
      logLikelihoods: transitions.map { _ in 0 }, states: transitions.map { _ in states })
  }

  /// What is known after one letter more.
  public func belief(_ before: Belief, after letter: Int) -> Belief {
    var belief = before
    for model in transitions.indices {
      let joint = zip(before.states[model], emissions).map { $0 * $1[letter] }
      let sum = joint.reduce(0, +)
      belief.logLikelihoods[model] += log(sum)
      var next = [Double](repeating: 0, count: emissions.count)
      for (state, p) in joint.enumerated() {
        for (other, q) in transitions[model][state].enumerated() { next[other] += p / sum * q }
      }
      belief.states[model] = next
    }
    return belief
  }

  /// p(next letter | the letters before it): the best that any reader can do.
  public func prediction(_ belief: Belief) -> [Double] {
    (0..<letters).map { letter in
      zip(belief.posterior, belief.states).reduce(0) { sum, model in
        sum + model.0 * zip(model.1, emissions).reduce(0) { $0 + $1.0 * $1.1[letter] }
      }
    }
  }

  /// What is known after the letters of a text; nothing where one is no letter of this world.
  public func belief(after text: String) -> Belief? {
    Letters.symbols(text, below: letters)?.reduce(prior) { belief($0, after: $1) }
  }

  public func logProbability(of text: String) -> Double {
    guard text.utf8.count == length, let belief = belief(after: text) else { return -.infinity }
    let top = belief.logLikelihoods.max() ?? 0
    let sum = belief.logLikelihoods.reduce(0) { $0 + exp($1 - top) }
    return top + log(sum / Double(transitions.count))
  }
}
