import Datasets
import Files
import Foundation
import Networks
import Tokenisers
import Torch

/// Texts as vectors of length 1 whose cosines say how alike their meanings are: the mean over tokens of an encoder like
/// BERT, read from a folder as `sentence-transformers` saves it.
///
/// - Source: Reimers & Gurevych, *Sentence-BERT: sentence embeddings using siamese BERT-networks*, EMNLP 2019,
///   arXiv:1908.10084.
public struct SentenceEncoder: TextEncoding {
  private let network: TextTransformer
  private let tokeniser: PretrainedTokeniser
  /// Names the weights, so that what was made by others is known.
  public let fingerprint: String

  /// Texts that go through the network together.
  private static let batch = 32

  /// Opens the encoder in `folder`: `config.json`, `model.safetensors` and `tokenizer.json`.
  ///
  /// - Throws: `UserError` in one sentence where it is none.
  public init(opening folder: String) throws {
    guard case .encoder(let network) = try PretrainedModel(opening: folder) else {
      throw UserError("\(folder) holds a decoder; texts are compared by an encoder such as BERT")
    }
    self.network = network
    tokeniser = try PretrainedTokeniser(opening: folder + "/tokenizer.json")
    try require(
      tokeniser.count <= network.form.vocabulary,
      "\(folder)/tokenizer.json has \(tokeniser.count) tokens, and its model \(network.form.vocabulary)"
    )
    fingerprint = try Digest.of(file: folder + "/model.safetensors")
  }

  /// The folder of the encoder that `make encoder` brings, or that `LATENT_TEXT_ENCODER` names; nothing where there is
  /// none.
  public static func installed(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    if let folder = environment["LATENT_TEXT_ENCODER"] { return folder.isEmpty ? nil : folder }
    // The weights come last, and say that all is there.
    return Share.file("minilm/model.safetensors").map { ($0 as NSString).deletingLastPathComponent }
  }

  /// Numbers of a vector.
  public var width: Int { network.form.width }

  /// A vector for each text, and of a long one for its beginning, `[n, width]`.
  ///
  /// `progress` is told how many there are so far.
  ///
  /// - Throws: `TensorError`.
  public func vectors(of texts: [String], progress: (Int) -> Void) throws -> Tensor {
    let longest = min(tokeniser.longest ?? .max, network.form.context)
    let rows = texts.map { Array(tokeniser.encode($0).prefix(longest)) }
    // Texts of about one length share a batch, so that little of it is filled up.
    let order = rows.indices.sorted { (rows[$0].count, $0) < (rows[$1].count, $1) }
    var found: [Tensor] = []
    for start in stride(from: 0, to: order.count, by: Self.batch) {
      let places = order[start..<min(start + Self.batch, order.count)]
      found.append(try vectors(of: places.map { rows[$0] }))
      progress(start + places.count)
    }
    guard !found.isEmpty else { return Tensor([Float](), shape: [0, width]) }
    var back = [Int64](repeating: 0, count: order.count)
    for (place, row) in order.enumerated() { back[row] = Int64(place) }
    return try Tensor.concatenate(found).indexSelect(0, Tensor(back)).checked()
  }

  public func vectors(of texts: [String]) throws -> Tensor { try vectors(of: texts) { _ in } }

  private func vectors(of rows: [[Int]]) throws -> Tensor {
    let t = max(1, rows.map(\.count).max() ?? 1)
    let tokens = rows.flatMap { row in
      row.map { Int64($0) } + [Int64](repeating: 0, count: t - row.count)
    }
    let counted = rows.flatMap { row in (0..<t).map { Int64($0 < row.count ? 1 : 0) } }
    return try withoutGradients {
      let shape = [rows.count, t]
      let mask = Tensor(counted, shape: shape)
      return try TextTransformer.sentence(
        network(Tensor(tokens, shape: shape), counted: mask), counted: mask
      ).checked()
    }
  }
}
