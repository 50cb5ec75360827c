import Datasets
import Files
import Foundation
import Learning
import Networks
import Synchronization
import Tokenisers
import Torch

/// Examples as rows of tokens: 0 is the end of a text and stands before each; bytes of texts, or what was joined of
/// them, and levels of numbers follow from 1.
public struct TokenReader: Module {
  /// Pairs of tokens that are joined, in their order, int64 `[m, 2]`; −1 where there is none.
  public let pairs: Buffer?
  private let domain: Domain
  private let known = KnownPairs()

  init(_ domain: Domain, vocabulary: Int, device: Device) {
    self.domain = domain
    let more = vocabulary - Domain.vocabulary
    pairs = more > 0 ? Buffer(Tensor.full([more, 2], -1, type: .int64, device: device)) : nil
  }

  /// Numbers of an example.
  var length: Int { domain.size }
  var isText: Bool { domain.support == .tokens }

  /// Learns which neighbours are frequent in the first texts of `examples`, at most 50 MB of them.
  func learn(_ examples: Examples) throws {
    guard let pairs else { return }
    var trainer = BytePairTrainer(.gpt2), left = 50_000_000
    for chunk in examples.chunks(of: 1000) where left > 0 {
      for row in Self.bytes(try examples.batch(chunk).x.values(), length) {
        row.withUnsafeBufferPointer { trainer.read($0) }
        left -= row.count
      }
    }
    let tokeniser = try trainer.tokeniser(size: 256 + pairs.tensor.size(0))
    let learned = tokeniser.pairs.flatMap { [Int64($0.0), Int64($0.1)] }
    let missing = pairs.tensor.count - learned.count
    try pairs.tensor.assign(
      Tensor(learned + Array(repeating: -1, count: max(missing, 0)), shape: pairs.tensor.shape))
    known.forget()
  }

  /// What joins bytes; nothing where each is a token.
  private var tokeniser: BytePairTokeniser? {
    guard let pairs else { return nil }
    return known.tokeniser {
      let places = (try? pairs.tensor.places()) ?? []
      return BytePairTokeniser(
        joining: stride(from: 0, to: places.count - 1, by: 2).map { (places[$0], places[$0 + 1]) })
    }
  }

  /// Rows of bytes up to the filler.
  private static func bytes(_ values: [Float], _ length: Int) -> [[UInt8]] {
    stride(from: 0, to: values.count, by: max(length, 1)).map { start in
      values[start..<start + length].prefix { $0 > 0 }
        .map { UInt8(clamping: Int($0.rounded()) - 1) }
    }
  }

  /// The tokens of examples `[n]` + shape, and the number of bytes or levels that they say.
  ///
  /// Each row has 0 before it and, where a text ends before its example does, after it; `endToEnd` joins the rows of texts
  /// to one.
  func rows(_ x: Tensor, endToEnd: Bool = false) -> (tokens: [[Int]], bytes: Int) {
    let flat = x.flattened(from: 1)
    guard flat.size(1) == length, let values: [Float] = try? flat.to(.cpu).values() else {
      return ([], 0)
    }
    guard isText else {
      let levels = Levels(domain.support)
      let rows = stride(from: 0, to: values.count, by: max(length, 1)).map { start in
        [0] + values[start..<start + length].map { levels.level(of: $0) + 1 }
      }
      return (rows, values.count)
    }
    let (texts, tokeniser) = (Self.bytes(values, length), tokeniser)
    let rows = texts.map { tokens(of: $0, tokeniser) + ($0.count < length ? [0] : []) }
    let bytes = texts.reduce(0) { $0 + $1.count }
    guard endToEnd else { return (rows, bytes) }
    // The end of one text is what stands before the next.
    return ([rows.reduce(into: [0]) { $0 += $1.dropFirst() }], bytes)
  }

  /// The tokens of a text of any length, after the one that stands before each.
  func tokens(of text: [UInt8]) -> [Int] { tokens(of: text, tokeniser) }

  private func tokens(of text: [UInt8], _ tokeniser: BytePairTokeniser?) -> [Int] {
    let tokens =
      tokeniser.map { joined in text.withUnsafeBufferPointer { joined.encode($0) } }
      ?? text.map { Int($0) }
    return [0] + tokens.map { $0 + 1 }
  }

  /// The bytes that a token stands for; of a level its number, and nothing of the end.
  func bytes(of token: Int) -> [UInt8] {
    guard token > 0 else { return [] }
    guard isText else { return Array("\(token - 1) ".utf8) }
    return tokeniser?.bytes(of: [token - 1]) ?? [UInt8(clamping: token - 1)]
  }

  /// Examples that say what rows of tokens do, `[n]` + shape.
  func examples(_ rows: [[Int]], _ device: Device) -> Tensor {
    let levels = Levels(domain.support), tokeniser = tokeniser
    let values = rows.flatMap { row -> [Float] in
      let filler = Array(repeating: Float(0), count: length)
      guard isText else {
        return (row.map { levels.value(of: max($0 - 1, 0)) } + filler).prefix(length).map { $0 }
      }
      let tokens = row.prefix { $0 > 0 }.map { $0 - 1 }
      let bytes = tokeniser?.bytes(of: tokens) ?? tokens.map { UInt8(clamping: $0) }
      return (bytes.map { Float($0) + 1 } + filler).prefix(length).map { $0 }
    }
    return Tensor(values, shape: [rows.count] + domain.shape).to(device)
  }

  /// log of what a level's probability is to be multiplied with for a density of the numbers, nats, `[n]`; 0 for texts and
  /// for grey levels, which are counted.
  func logScale(_ x: Tensor) -> Tensor {
    guard domain.support == .real else { return Tensor.zeros([x.size(0)], device: x.device) }
    let each = x.flattened(from: 1).squared() * -0.5 + (log(256) - 0.5 * log(2 * .pi))
    return each.sum(over: 1)
  }
}

/// The tokeniser of pairs that are kept as numbers, made when it is first asked for.
private final class KnownPairs: Sendable {
  private let made = Mutex<BytePairTokeniser?>(nil)

  func forget() { made.withLock { $0 = nil } }

  func tokeniser(_ make: () -> BytePairTokeniser) -> BytePairTokeniser {
    made.withLock { known in
      if let known { return known }
      let new = make()
      known = new
      return new
    }
  }
}
