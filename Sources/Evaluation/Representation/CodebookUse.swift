import Foundation
import Learning
import Torch

/// How a codebook is used: how often each entry is a token.
public struct CodebookUse: Sendable {
  /// How often each of the K entries occurs.
  public let counts: [Int]

  public init(counts: [Int]) { self.counts = counts }

  /// Share of the entries that occur.
  public var share: Double { Double(counts.count { $0 > 0 }) / Double(max(counts.count, 1)) }

  /// The number of entries in even use that would have as much entropy, from 1 to K.
  public var perplexity: Double {
    let total = Double(counts.reduce(0, +))
    let entropy = counts.reduce(0.0) { sum, count in
      let p = Double(count) / total
      return count > 0 ? sum - p * log(p) : sum
    }
    return exp(entropy)
  }
}

extension Scores {
  /// The use of a network's codebook over all tokens of the examples.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func codebookUse(_ network: any Tokenising) throws -> CodebookUse {
    var counts = [Int](repeating: 0, count: network.codebookSize)
    for place in try map({ batch, _ in try network.tokens(batch.x).places() }) {
      counts[place] += 1
    }
    return CodebookUse(counts: counts)
  }
}

extension Measure {
  /// Measures of networks with a codebook.
  static let ofTokens = [perplexity, usedShare, perturbedFrechet]

  static let perplexity = Measure(
    id: "perplexity", title: "entries of the codebook in even use with as much entropy",
    unit: "entries", direction: .higher
  ) { subject in
    try (subject.network as? any Tokenising).map {
      [try subject.scores(subject.source.test).codebookUse($0).perplexity]
    }
  }

  static let usedShare = Measure(
    id: "used", title: "share of the codebook that test examples use", unit: "", direction: .higher
  ) { subject in
    try (subject.network as? any Tokenising).map {
      [try subject.scores(subject.source.test).codebookUse($0).share]
    }
  }
}
