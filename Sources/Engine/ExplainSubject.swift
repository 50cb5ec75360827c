import Datasets
import Evaluation
import Features
import Files
import Foundation
import Language
import Manual
import Torch

extension Explain {
  /// What is explained: activations of a language model, codes of another space, or vectors of a file.
  struct Subject {
    let path: String
    /// The place in a model; `codes` of another space, `vectors` of a file.
    let place: String
    /// What the vectors follow from: weights, and texts or examples.
    let fingerprint: String
    let traits: TokenTraits
    let text: (open: OpenModel, reading: ActivationReading)?
    /// Vectors `[n, d]` of what is no text.
    let vectors: Tensor?
    /// Where examples came from, for pictures of them.
    let examples: (open: OpenSpace, examples: Examples)?

    var isText: Bool { text != nil }
    var unit: String { isText ? "tokens" : "examples" }
    var count: Int { text?.reading.tokens.count ?? vectors?.size(0) ?? 0 }
    var width: Int { text?.reading.width ?? vectors?.size(1) ?? 0 }

    init(_ path: String, _ arguments: Arguments, _ console: Console) throws {
      self.path = path
      let limit = arguments.int("tokens") ?? 200_000
      if path.hasSuffix(".npy") {
        let (x, labels) = try LabelledVectors.read(path, arguments)
        let count = min(limit, x.size(0))
        (place, text, examples, vectors) = ("vectors", nil, nil, x[0..<count])
        fingerprint = try Digest.of(file: path)
        traits = TokenTraits(
          kinds: (0..<count).map { row in labels.map { "class \($0[row])" } ?? "" })
        return
      }
      if OpenModel.isModel(path) {
        let open = try OpenModel(path, arguments)
        let source = try open.neededTexts()
        let part = try source.examples(of: arguments.string("split") ?? "test")
        var rows: [[Int]] = [], tokens = 0
        for chunk in part.chunks(of: 500) where tokens < limit {
          let more = try open.model.rows(part.batch(chunk).x, source.domain)
          tokens += more.reduce(0) { $0 + $1.count }
          rows += more
        }
        let reading = try ActivationReading(open.model, at: open.place, rows: rows, limit: limit)
        try require(reading.tokens.count > 100, "\(source.name) has too few tokens to learn from")
        let names = source.domain.classes
        let kinds = try names.count > 1 ? part.prefix(rows.count).labels()?.map { names[$0] } : nil
        (place, text, examples, vectors) = (open.place, (open, reading), nil, nil)
        fingerprint = try open.fingerprint() + source.fingerprint
        traits = TokenTraits(reading, open.model, kinds: kinds)
        return
      }
      let open = try OpenSpace(path, arguments)
      try require(
        !arguments.isGiven("at"),
        "\(path) is no language model: its codes are what can be explained; leave out --at")
      let codec = try open.codec(to: "be explained")
      let source = try open.source()
      let part = try source.examples(of: arguments.string("split") ?? "test").prefix(limit)
      let line = console.progress("encode", total: part.count, unit: "examples")
      var scores = Scores(part, seed: Seed(0))
      scores.progress = { done, _ in line.update(done: done) }
      (place, text, examples) = ("codes", nil, (open, part))
      vectors = try scores.codes(codec).flattened(from: 1)
      line.finish()
      fingerprint = try Digest.of(file: path + "/weights.safetensors") + source.fingerprint
      let names = open.domain.classes, labels = try part.labels()
      traits = TokenTraits(
        kinds: (0..<part.count).map { row in labels.map { names[$0[row]] } ?? "" })
    }

    /// Gives `body` all vectors, some rows at a time.
    func read(_ body: (Tensor) throws -> Void) throws {
      if let reading = text?.reading { return try reading.read(body) }
      if let vectors { try body(vectors) }
    }

    /// Writes all vectors to a `.npy` file.
    func write(to path: String, progress: (Int) throws -> Void) throws {
      if let reading = text?.reading { return try reading.write(to: path, progress: progress) }
      if let vectors {
        try NPY.write(vectors, to: path)
        try progress(count)
      }
    }

    /// The stretch of text around a place of the reading, with the tokens at which a feature is active between marks.
    func context(_ place: Int, active: Set<Int>, around: Int = 12) -> String {
      guard let (open, reading) = text else { return "example \(place)" }
      let row = reading.tokens[place].row
      let places = (max(0, place - around)...min(reading.tokens.count - 1, place + around / 2))
        .filter { reading.tokens[$0].row == row }
      return places.map { each -> String in
        let token = reading.tokens[each]
        let piece = OpenModel.shown(open.model.written(reading.rows[row][token.position]))
          .replacingOccurrences(of: "␣", with: " ")
        return active.contains(each) ? "«\(piece)»" : piece
      }.joined()
    }
  }
}
