import Foundation
import Torch

/// Texts that are drawn from a law that is known, and follows from a seed.
public protocol TextWorld: Sendable {
  /// The name to open it by.
  static var name: String { get }
  /// What its texts are.
  static var about: String { get }
  /// The world of this seed.
  init(seed: Seed)
  /// Tokens of an example; no text is longer.
  var length: Int { get }
  /// What is known of each text.
  var factors: [Factor] { get }
  /// Names of the classes of texts; empty where they have none.
  var classes: [String] { get }
  /// A text and what is known of it.
  func draw(_ random: inout SplitMix) -> WorldText
}

/// A text that was drawn.
public struct WorldText: Equatable, Sendable {
  public var text: String
  /// The values of the world's factors.
  public var factors: [Float] = []
  /// The place of its class.
  public var label: Int?

  public init(_ text: String, factors: [Float] = [], label: Int? = nil) {
    (self.text, self.factors, self.label) = (text, factors, label)
  }
}

/// A world in which the probability of every text can be told.
public protocol TextLaw: TextWorld {
  /// log p of a text, nats; −∞ for one that is never drawn.
  func logProbability(of text: String) -> Double
}

extension TextWorld {
  public var factors: [Factor] { [] }
  public var classes: [String] { [] }

  /// `count` texts; `part` names independent draws.
  public func texts(_ count: Int, part: String, seed: Seed) -> [WorldText] {
    (0..<count).map { index in
      var random = SplitMix(seed.child(part).child(index))
      return draw(&random)
    }
  }

  /// `count` texts as examples.
  func reading(count: Int, seed: Seed) -> Reading {
    var bytes: [UInt8] = [], lines: [Range<Int>] = []
    let drawn = texts(count, part: "texts", seed: seed)
    for text in drawn {
      let start = bytes.count
      bytes += text.text.utf8
      lines.append(start..<bytes.count)
    }
    var reading = Reading(TextStore(.owned(bytes), at: lines, length: length), support: .tokens)
    if !classes.isEmpty {
      reading.labels = drawn.map { $0.label ?? 0 }
      reading.classes = classes
    }
    if !factors.isEmpty {
      reading.factors = factors
      reading.factorValues = .listed(drawn.flatMap(\.factors), width: factors.count)
    }
    return reading
  }
}

/// The worlds of texts.
enum TextWorlds {
  static let all: [any TextWorld.Type] = [
    MarkovTexts.self, HiddenMarkovTexts.self, GrammarTexts.self, FactTexts.self, TopicTexts.self,
  ]

  /// `count` texts of the world called `name`; nothing where there is none.
  static func reading(_ name: String, count: Int, seed: Seed) -> Reading? {
    all.first { $0.name == name }?.init(seed: seed.child("law")).reading(count: count, seed: seed)
  }
}

extension SplitMix {
  /// A draw of the standard normal distribution.
  mutating func normal() -> Double {
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// `count` probabilities, the more unequal the larger `spread` is: normalised e^(spread · normal).
  mutating func probabilities(_ count: Int, spread: Double) -> [Double] {
    let weights = (0..<count).map { _ in exp(spread * normal()) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// A place, as likely as `probabilities` say.
  public mutating func place(_ probabilities: some Collection<Double>) -> Int {
    var left = uniform()
    for (place, p) in probabilities.enumerated() {
      left -= p
      if left < 0 { return place }
    }
    return probabilities.count - 1
  }
}

/// Letters as the symbols of a world.
enum Letters {
  static func text(_ symbols: some Sequence<Int>) -> String {
    String(decoding: symbols.map { UInt8(97 + $0) }, as: UTF8.self)
  }

  /// The symbols of a text; nothing where one is none of `count`.
  static func symbols(_ text: String, below count: Int) -> [Int]? {
    let symbols = text.utf8.map { Int($0) - 97 }
    return symbols.allSatisfy { (0..<count).contains($0) } ? symbols : nil
  }
}

extension [Double] {
  /// Entropy of these probabilities, nats.
  var entropy: Double { reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } }
}
