import Datasets
import Files
import Foundation
import Language
import Torch

/// Ranks the rows of the catalogue by what a need means and by its words together.
///
/// A row is as near as the nearer of its two texts, its title with its mechanism and its claim with its check. Ranks by
/// meaning and by words count alike.
///
/// - Source: Cormack, Clarke & Büttcher, *Reciprocal rank fusion outperforms Condorcet and individual rank learning methods*,
///   SIGIR 2009.
public struct MeaningSearch: Sendable {
  private let rows: [SystemRow]
  private let words: SystemSearch
  private let encoder: SentenceEncoder
  /// Vectors of both texts of each row, `[2 n, width]`.
  private let vectors: Tensor

  /// What is added to ranks, so that the first ones do not count for all: that of the paper.
  private static let smoothing = 60.0

  /// A search by the encoder that is installed; nothing where there is none.
  ///
  /// - Parameter progress: Told how many of so many texts have been read, where they have not been before.
  /// - Throws: `UserError` where what is there is no encoder.
  public static func installed(
    _ words: SystemSearch, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> MeaningSearch? {
    guard let folder = SentenceEncoder.installed() else { return nil }
    return try MeaningSearch(
      Catalogue.rows, words, by: SentenceEncoder(opening: folder), progress: progress)
  }

  /// Prepares a search among `rows`; their vectors are kept in `folder` for the next time.
  ///
  /// - Throws: `TensorError`.
  init(
    _ rows: [SystemRow], _ words: SystemSearch, by encoder: SentenceEncoder,
    keeping folder: String? = Share.cache("meanings"),
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    (self.rows, self.words, self.encoder) = (rows, words, encoder)
    let texts = rows.flatMap { ["\($0.title). \($0.mechanism)", "\($0.claim) \($0.check)"] }
    var digest = Digest()
    for text in [encoder.fingerprint] + texts { digest.add("\(text.utf8.count) \(text)") }
    let path = folder.map { "\($0)/\(digest.hex()).npy" }
    let shape = [texts.count, encoder.width]
    if let path, FileManager.default.fileExists(atPath: path), let kept = try? NPY.read(path),
      kept.shape == shape, kept.dtype == .float32
    {
      vectors = kept
      return
    }
    vectors = try encoder.vectors(of: texts) { progress($0, texts.count) }
    // A search without a place to keep anything is only slower.
    if let folder, let path, (try? makeFolder(folder)) != nil { try? NPY.write(vectors, to: path) }
  }

  /// All rows, those that meet `need` best first; scores of one search can be compared with each other.
  ///
  /// - Throws: `TensorError`.
  public func rows(for need: String) throws -> [SystemSearch.Match] {
    try ranked(by: encoder.vectors(of: [need]), words.rows(for: need), without: nil)
  }

  /// The other rows, those most like `row` first.
  ///
  /// - Throws: `TensorError`.
  public func rows(like row: SystemRow) throws -> [SystemSearch.Match] {
    guard let place = rows.firstIndex(of: row) else { return [] }
    let own = vectors.sliced(0, 2 * place, 2 * place + 2)
    return try ranked(by: own, words.rows(like: row), without: place)
  }

  private func ranked(
    by wanted: Tensor, _ byWords: [SystemSearch.Match], without left: Int?
  ) throws -> [SystemSearch.Match] {
    let cosines = try vectors.matmul(wanted.transposed()).reshaped(rows.count, -1)
      .values(as: Double.self)
    let each = cosines.count / max(1, rows.count)
    let nearness = rows.indices.map { cosines[$0 * each..<($0 + 1) * each].max() ?? 0 }
    let places = Dictionary(rows.enumerated().map { ($1.id, $0) }) { first, _ in first }
    let scores = Self.fused(nearness, byWords.compactMap { places[$0.row.id] })
    return rows.indices.filter { $0 != left }
      .sorted { (scores[$1], $0) < (scores[$0], $1) }
      .map { SystemSearch.Match(row: rows[$0], score: scores[$0]) }
  }

  /// The score of each row by its rank in `nearness`, and by its place in `byWords` where it has one.
  static func fused(_ nearness: [Double], _ byWords: [Int]) -> [Double] {
    let byMeaning = nearness.indices.sorted { (nearness[$1], $0) < (nearness[$0], $1) }
    var scores = [Double](repeating: 0, count: nearness.count)
    for order in [byMeaning, byWords] {
      for (rank, row) in order.enumerated() { scores[row] += 1 / (smoothing + Double(rank + 1)) }
    }
    return scores
  }
}
