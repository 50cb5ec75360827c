import Evaluation
import Files
import Foundation
import Torch

/// Whether a drawn few have more of a kind than chance would give them.
public enum Enrichment {
  /// The probability that at least `hits` of `drawn` things are marked, when `marked` of `all` are and each choice
  /// is as likely: the hypergeometric tail, Fisher's exact test to one side; 1 where it cannot fail.
  ///
  /// - Source: Rivals, Personnaz, Taing & Potier, *Enrichment or depletion of a GO category within a class of genes:
  ///   which test?*, Bioinformatics 2007.
  public static func probability(hits: Int, drawn: Int, marked: Int, all: Int) -> Double {
    precondition(
      (0...all).contains(drawn) && (0...all).contains(marked),
      "\(drawn) drawn and \(marked) marked, of \(all)")
    let most = min(drawn, marked)
    guard hits > max(0, drawn + marked - all) else { return 1 }
    guard hits <= most else { return 0 }
    func logWays(_ n: Int, _ k: Int) -> Double {
      func logFactorial(_ n: Int) -> Double { lgamma(Double(n) + 1).0 }
      return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
    }
    var term = exp(
      logWays(marked, hits) + logWays(all - marked, drawn - hits) - logWays(all, drawn))
    var sum = term
    for i in hits..<most {
      // The next term over this one.
      let gain = Double(marked - i) * Double(drawn - i)
      term *= gain / (Double(i + 1) * Double(all - marked - drawn + i + 1))
      sum += term
    }
    return min(1, sum)
  }
}

/// Kinds that things, genes or examples, may be of, by name.
public struct AnnotationSets: Sendable {
  /// The name of each set, s.
  public let names: [String]
  /// 1 where a thing belongs to a set, `[s, things]`, in double precision.
  public let members: Tensor
  private let sizes: [Int]

  /// Sets of 0 and 1, `[s, things]`.
  ///
  /// - Throws: `TensorError`.
  public init(names: [String], members: Tensor) throws {
    precondition(
      members.rank == 2 && members.size(0) == names.count,
      "\(names.count) names for sets of shape \(members.shape)")
    (self.names, self.members) = (names, members.to(.float64))
    sizes =
      try names.isEmpty ? [] : self.members.sum(over: 1).values(as: Double.self).map { Int($0) }
  }

  /// The gene sets of a .gmt file: on each line a name, a remark and the genes, between tabs; those without any of
  /// `genes` are left out.
  ///
  /// - Throws: ``UserError`` where no set has one of the genes, or what reading throws.
  public init(gmt path: String, genes: [String]) throws {
    let places = Dictionary(genes.enumerated().map { ($1, $0) }) { first, _ in first }
    var names: [String] = [], rows: [Float] = []
    let text = String(decoding: try MappedFile(path).data, as: UTF8.self)
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let own = words.dropFirst(2).compactMap { places[$0] }
      guard !own.isEmpty else { continue }
      var row = [Float](repeating: 0, count: genes.count)
      for place in own { row[place] = 1 }
      names.append(words[0])
      rows += row
    }
    try require(
      !names.isEmpty,
      "\(path): no set has one of the \(genes.count) genes, such as \(genes.first ?? ""); lines of a .gmt file hold a "
        + "name, a remark and genes, between tabs")
    try self.init(names: names, members: Tensor(rows, shape: [names.count, genes.count]))
  }

  /// The set that some drawn things are most enriched in.
  public struct Finding: Sendable {
    /// Its place among the sets.
    public let set: Int
    public let name: String
    /// The probability of as many hits by chance, over all sets by Benjamini and Hochberg.
    public let p: Double
    /// Drawn things that belong to the set.
    public let hits: Int
  }

  /// The set that things at `drawn` are most enriched in; nothing where nothing is drawn or no set has one of them.
  ///
  /// - Throws: `TensorError`.
  public func best(of drawn: [Int]) throws -> Finding? {
    guard !drawn.isEmpty, !names.isEmpty else { return nil }
    let chosen = members.indexSelect(1, Tensor(drawn.map(Int64.init)))
    let hits = try chosen.sum(over: 1).values(as: Double.self).map { Int($0) }
    let all = members.size(1)
    let p = zip(hits, sizes).map {
      Enrichment.probability(hits: $0, drawn: drawn.count, marked: $1, all: all)
    }
    guard let place = p.indices.min(by: { p[$0] < p[$1] }), hits[place] > 0 else { return nil }
    let adjusted = try Multiplicity.benjaminiHochberg.adjusted(p)
    return Finding(set: place, name: names[place], p: adjusted[place], hits: hits[place])
  }
}
