import Datasets
import Files
import Foundation
import Networks
import Torch

/// A token of a text: whose activation it is.
public struct TokenPlace: Hashable, Sendable {
  /// The text's place among those that were read.
  public let row: Int
  /// The token's place in it, from 0 for the one that stands before all texts.
  public let position: Int
}

/// The activations of one place in a network, a vector for each token of texts.
///
/// The first token of a text, which has read nothing, is left out; a text longer than the network's context is read in
/// pieces, each with the first token before it.
public struct ActivationReading {
  let model: HookedLanguageModel
  /// The name of the place.
  public let place: String
  /// Tokens of all texts.
  public let rows: [[Int]]
  /// Whose activation each vector is, in the order of reading.
  public let tokens: [TokenPlace]
  private let pieces: [Piece]

  /// A stretch of a text that is read at once.
  private struct Piece {
    let row: Int
    /// Its first token's place in the text.
    let start: Int
    let tokens: [Int]
  }

  /// Texts read at once.
  private static let batch = 32

  /// The reading of at most `limit` tokens of `rows` at `place`.
  ///
  /// - Throws: `UserError` where there is no such place, or it holds no vector for each token.
  public init(
    _ model: HookedLanguageModel, at place: String, rows: [[Int]], limit: Int = .max
  ) throws {
    let hooks = Hooks()
    hooks.read(place)
    try hooks.check(against: model.hookNames)
    try require(
      !place.hasSuffix("attn_pattern"),
      "\(place) says how much each token attends to each other one, and is no vector of a token")
    (self.model, self.place, self.rows) = (model, place, rows)
    let length = model.transformer.form.context - 1
    try require(length > 0, "the network reads one token at a time; there is nothing to read from")
    var pieces: [Piece] = [], tokens: [TokenPlace] = []
    for (row, all) in rows.enumerated() where all.count > 1 {
      for start in stride(from: 1, to: all.count, by: length) where tokens.count < limit {
        let end = min(start + min(length, limit - tokens.count), all.count)
        pieces.append(Piece(row: row, start: start, tokens: [all[0]] + all[start..<end]))
        tokens += (start..<end).map { TokenPlace(row: row, position: $0) }
      }
    }
    (self.pieces, self.tokens) = (pieces, tokens)
  }

  /// Numbers of a vector.
  public var width: Int {
    let form = model.transformer.form
    if place.hasSuffix("mlp_act") { return form.hidden }
    return place.hasSuffix("attn_heads") ? form.heads * form.headWidth : form.width
  }

  /// Gives `body` the vectors in the order of ``tokens``, some rows `[k, d]` at a time.
  ///
  /// - Throws: what `body` throws, or `TensorError`.
  public func read(_ body: (Tensor) throws -> Void) throws {
    let hooks = Hooks()
    hooks.read(place)
    for start in stride(from: 0, to: pieces.count, by: Self.batch) {
      let part = pieces[start..<min(start + Self.batch, pieces.count)]
      let batch = model.batch(part.map(\.tokens)), t = batch.size(1)
      try withoutGradients {
        // The vectors of the last block need no logits after them.
        _ = try model.transformer.hidden(batch, hooks).checked()
        guard let found = hooks[place] else { return }
        let places = part.enumerated().flatMap { row, piece in
          (1..<piece.tokens.count).map { Int64(row * t + $0) }
        }
        let vectors = found.flattened(from: 2).flattened(from: 0, through: 1)
        try body(vectors.indexSelect(0, Tensor(places)))
      }
    }
  }

  /// All vectors, `[n, d]`.
  ///
  /// - Throws: `TensorError`.
  public func vectors() throws -> Tensor {
    var parts: [Tensor] = []
    try read { parts.append($0) }
    guard !parts.isEmpty else { return Tensor.zeros([0, width]) }
    return try Tensor.concatenate(parts).checked()
  }

  /// The vector of one token of each text, whose position in it `positions` says, `[texts, d]`.
  ///
  /// - Throws: `TensorError`.
  public func vectors(at positions: [Int]) throws -> Tensor {
    let chosen = tokens.indices.filter { tokens[$0].position == positions[tokens[$0].row] }
    return try vectors().indexSelect(0, Tensor(chosen.map(Int64.init))).checked()
  }

  /// Writes the vectors to a `.npy` file, a batch at a time, so that they may be more than memory holds.
  ///
  /// - Throws: `UserError` where the file cannot be written, what `progress` throws, `TensorError`.
  public func write(to path: String, progress: (Int) throws -> Void = { _ in }) throws {
    var done = 0
    try NPY.write(rows: tokens.count, width: width, to: path) { append in
      try read { part in
        try append(part)
        done += part.size(0)
        try progress(done)
      }
    }
  }
}
