import Files
import Torch

/// The FactorVAE score: whether the code that varies least among examples that share one factor tells which factor.
///
/// - Source: Kim & Mnih, *Disentangling by factorising*, ICML 2018, §4.
/// - Departs: batches are drawn, with replacement, from the examples there are; the majority is judged by votes of
///   its own, as in Locatello et al. 2019.
public struct FactorVote: Sendable {
  /// Examples of a vote.
  public var batch = 64
  /// Votes that find the majority, and as many that judge it.
  public var votes = 800
  /// Units with a deviation up to this take no part.
  public var threshold = 0.0

  public init() {}

  /// The part of judging votes that go to the majority's factor; 0 where no unit varies.
  ///
  /// - Throws: ``UserError`` for settings without votes, `TensorError`.
  public func score(_ table: FactoredCodes, seed: Seed) throws -> Double {
    let groups = try table.sizes.indices.map { factor in
      let places = try table.places(factor).places()
      return Dictionary(grouping: places.indices) { places[$0] }
    }
    let classes = try table.sizes.indices.map { try table.places($0).places() }
    return try score(table.codes, factors: table.sizes.count, seed: seed) { factors, random in
      let rows = factors.flatMap { factor -> [Int] in
        let shared = classes[factor][Int.random(in: 0..<table.count, using: &random)]
        let group = groups[factor][shared] ?? []
        return (0..<batch).compactMap { _ in group.randomElement(using: &random) }
      }
      return table.codes.indexSelect(0, Tensor(rows)).reshaped(factors.count, batch, table.width)
    }
  }

  /// The score with batches from a sampler.
  ///
  /// - Parameters:
  ///   - codes: Codes of examples at large, `[n, k]`, by whose variances those of batches are divided.
  ///   - sample: Codes of batches that share a value of these factors, `[factors, batch, k]`.
  /// - Throws: ``UserError`` for settings without votes, `TensorError`, or what `sample` throws.
  public func score(
    _ codes: Tensor, factors: Int, seed: Seed,
    _ sample: (_ factors: [Int], _ random: inout SplitMix) throws -> Tensor
  ) throws -> Double {
    try require(
      batch >= 2 && votes >= 1 && factors >= 1,
      "\(votes) votes of batches of \(batch) on \(factors) factors: 1, 2 and 1 at least are needed")
    let variances = codes.to(.float64).variance(over: 0)
    let active = try (variances.squareRoot() .> threshold).nonzero().flattened().places()
    guard !active.isEmpty else { return 0 }
    let index = Tensor(active)
    let scales = variances.indexSelect(0, index).unsqueezed(0)
    func counts(_ name: String) throws -> [[Int]] {
      var random = SplitMix(seed.child(name))
      let fixed = (0..<votes).map { _ in Int.random(in: 0..<factors, using: &random) }
      let spreads = try sample(fixed, &random).to(.float64).variance(over: 1)
      let least = try (spreads.indexSelect(1, index) / scales).argmin(over: 1).places()
      try require(
        least.count == votes, "\(least.count) batches for \(votes) votes: one for each is needed")
      var table = Array(repeating: Array(repeating: 0, count: factors), count: active.count)
      for (unit, factor) in zip(least, fixed) { table[unit][factor] += 1 }
      return table
    }
    let majority = try counts("majority").map { row in
      row.indices.max { row[$0] < row[$1] } ?? 0
    }
    let right = zip(try counts("judged"), majority).reduce(0) { $0 + $1.0[$1.1] }
    return Double(right) / Double(votes)
  }
}
