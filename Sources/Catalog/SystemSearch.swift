import Files
import Foundation

/// Ranks the rows of the catalogue by how well their words meet a need.
///
/// - Source: Robertson & Zaragoza, *The probabilistic relevance framework: BM25 and beyond*, Foundations and Trends in
///   Information Retrieval, 2009, eq. 3.15, with names and titles counted three times as in its §3.6.
public struct SystemSearch: Sendable {
  /// How fast more of the same word stops to matter, k₁.
  public var saturation = 1.2
  /// How much long rows are held back, b.
  public var lengthPenalty = 0.75

  private let rows: [SystemRow]
  private let counts: [[String: Double]]
  private let lengths: [Double]
  private let holders: [String: Int]

  /// A row with how well it meets the need; scores of one search can be compared with each other.
  public struct Match: Sendable {
    public let row: SystemRow
    public let score: Double
  }

  /// Prepares a search among `rows`.
  public init(_ rows: [SystemRow]) {
    self.rows = rows
    counts = rows.map { row in
      let names = Terms.of("\(row.slug) \(row.title) \(row.group) \(row.family)")
      let words = Terms.of("\(row.mechanism) \(row.claim) \(row.check)")
      var counts: [String: Double] = [:]
      for term in names + Terms.of(row.modality.joined(separator: " ")) {
        counts[term, default: 0] += 3
      }
      for term in words { counts[term, default: 0] += 1 }
      return counts
    }
    lengths = counts.map { $0.values.reduce(0, +) }
    holders = counts.reduce(into: [:]) { holders, row in
      for term in row.keys { holders[term, default: 0] += 1 }
    }
  }

  /// The words of `need` that a row has in some form, in their order.
  public func words(of need: String, in row: SystemRow) -> [String] {
    guard let place = rows.firstIndex(of: row) else { return [] }
    var seen = Set<String>()
    return need.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init).filter {
      word in
      guard let term = Terms.of(word).first, counts[place][term] != nil else { return false }
      return seen.insert(term).inserted
    }
  }

  /// The rows' weighted words as vectors of length 1 over all words in the order of letters, `[rows][words]`.
  public func vectors() -> [[Double]] {
    let words = holders.keys.sorted()
    let places = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
    return counts.map { row in
      var vector = [Double](repeating: 0, count: words.count)
      for (word, count) in row {
        guard let place = places[word], let some = holders[word] else { continue }
        vector[place] = (1 + log(count)) * inverseFrequency(some)
      }
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return vector.map { $0 / max(length, 1e-12) }
    }
  }

  /// Rows with any word of `need`, best first; equal ones in the order of their numbers.
  public func rows(for need: String) -> [Match] { ranked(by: Set(Terms.of(need))) }

  /// Rows that use the words of `row`, itself left out, most alike first.
  public func rows(like row: SystemRow) -> [Match] {
    guard let place = rows.firstIndex(of: row) else { return [] }
    return ranked(by: Set(counts[place].keys)).filter { $0.row != row }
  }

  private func ranked(by terms: Set<String>) -> [Match] {
    // In a fixed order, so that sums have the same last digits in every run.
    let weights = terms.sorted().compactMap { term in
      holders[term].map { (term, weight: inverseFrequency($0)) }
    }
    let mean = lengths.reduce(0, +) / Double(max(1, rows.count))
    let scores = rows.indices.map { index in
      let stretch = 1 - lengthPenalty + lengthPenalty * lengths[index] / max(mean, 1)
      return weights.reduce(0) { sum, each in
        guard let count = counts[index][each.0] else { return sum }
        return sum + each.weight * count / (count + saturation * stretch)
      }
    }
    return rows.indices.filter { scores[$0] > 0 }
      .sorted { (scores[$1], $0) < (scores[$0], $1) }
      .map { Match(row: rows[$0], score: scores[$0]) }
  }

  /// log(1 + (N − n + ½) / (n + ½)) of a term that n of N rows hold; never below 0.
  private func inverseFrequency(_ holders: Int) -> Double {
    let (all, some) = (Double(rows.count), Double(holders))
    return log(1 + (all - some + 0.5) / (some + 0.5))
  }
}

/// Words of a text as they are compared: small letters, endings cut, synonyms of the field as one.
enum Terms {
  /// The terms of a text, in its order and as often as they occur.
  static func of(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.compactMap { word in
      guard word.count > 1, !common.contains(String(word)) else { return nil }
      let stem = stem(String(word))
      return synonyms[stem] ?? stem
    }
  }

  /// A word without the endings of plurals, and of forms of verbs where enough is left.
  static func stem(_ word: String) -> String {
    var word = word
    func cut(_ ending: String, _ new: String = "", leaving least: Int) -> Bool {
      guard word.hasSuffix(ending), word.count - ending.count >= least else { return false }
      word = word.dropLast(ending.count) + new
      return true
    }
    if !word.hasSuffix("ss") && !word.hasSuffix("us") && !word.hasSuffix("is") {
      _ = cut("ies", "y", leaving: 2) || cut("s", leaving: 3)
    }
    let isShortened =
      cut("isation", "ise", leaving: 3) || cut("ization", "ise", leaving: 3)
      || cut("ing", leaving: 4) || cut("ed", leaving: 4)
    if isShortened, let last = word.last, word.dropLast().last == last, !"lsz".contains(last) {
      word.removeLast()
    }
    _ = cut("ize", "ise", leaving: 3)
    if word.hasSuffix("e"), word.count > 4 { word.removeLast() }
    return word
  }

  private static let common: Set<String> = [
    "an", "and", "are", "as", "at", "be", "by", "can", "do", "for", "from", "has", "have", "how",
    "in", "into", "is", "it", "its", "me", "my", "need", "no", "not", "of", "on", "or", "our",
    "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "to", "use", "want", "was", "we", "what", "when", "where", "which", "while", "who",
    "with", "without", "you", "your",
  ]

  /// What people call things, and what papers do.
  private static let synonyms: [String: String] = {
    let groups = [
      ["anomaly", "outlier", "anomalous", "novelty", "ood"],
      ["image", "picture", "photo", "pixel"], ["tabular", "table", "spreadsheet", "column"],
      ["timeseries", "series", "temporal", "forecast"],
      ["text", "sentence", "document", "language"],
      ["audio", "sound", "speech", "music"], ["cluster", "partition"],
      ["label", "supervision", "annotation"], ["generate", "sample", "synthesise", "generative"],
      ["compress", "compression", "codec"], ["gap", "missing", "imputation", "impute"],
      ["search", "retrieval", "retrieve"], ["uncertainty", "calibration", "calibrate"],
      ["steer", "edit", "control"], ["explain", "interpret", "interpretability"],
      ["graph", "node", "molecule"], ["network", "net"], ["fast", "speed", "quick", "efficient"],
      ["cause", "causal"], ["shift", "drift"], ["disentangle", "disentanglement"],
      ["quantise", "quantiser", "codebook", "vq"],
    ]
    var table: [String: String] = [:]
    for group in groups {
      for word in group { table[stem(word)] = stem(group[0]) }
    }
    return table
  }()
}
