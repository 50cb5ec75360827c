import Datasets
import Files
import Foundation
import Torch

/// Texts of several kinds, such as languages, as one source whose classes are the kinds.
struct TextMixture {
  let names: [String]
  /// Bytes of an example.
  let length: Int
  /// Texts of each kind.
  private(set) var texts: [[[UInt8]]] = []

  /// The texts behind `specs`, names or paths with an optional part: `tatoeba:1` is the second of texts that tabs part.
  ///
  /// - Throws: `UserError` where one cannot be opened, holds no texts, or has too few of them.
  init(_ specs: [String], each count: Int, length: Int, seed: UInt64) throws {
    (names, self.length) = (specs, length)
    for spec in specs {
      let parts = spec.split(separator: ":", maxSplits: 1).map(String.init)
      let place = parts.count > 1 ? Int(parts[1]) : nil
      try require(
        parts.count == 1 || (place ?? -1) >= 0,
        "\(spec): what follows the colon is the number of a part of each text, from 0")
      var options = SourceOptions()
      (options.limit, options.seed) = (2 * count, seed)
      let source = try Source.open(parts[0], options)
      try require(source.domain.support == .tokens, "\(parts[0]) holds no texts")
      texts.append(try Self.texts(source, place, count, length))
      let found = texts.last?.count ?? 0
      try require(
        found >= count, "\(spec) has \(found) texts of 12 bytes or more, and \(count) are needed")
    }
  }

  private static func texts(
    _ source: Source, _ place: Int?, _ count: Int, _ length: Int
  ) throws -> [[UInt8]] {
    let width = source.domain.size
    var texts: [[UInt8]] = []
    for chunk in source.train.chunks(of: 1000) where texts.count < count {
      let values: [Float] = try source.train.batch(chunk).x.values()
      for start in stride(from: 0, to: values.count, by: width) {
        let bytes = values[start..<start + width].prefix { $0 > 0 }.map { UInt8($0 - 1) }
        let parts = place == nil ? [bytes[...]] : bytes.split(separator: UInt8(ascii: "\t"))
        guard let text = parts.dropFirst(place ?? 0).first, text.count >= 12 else { continue }
        texts.append(Array(text.prefix(length)))
        if texts.count == count { break }
      }
    }
    return texts
  }

  /// The texts from `range` of each kind, as tokens `[n, length]`, and their kinds.
  func examples(_ range: Range<Int>) -> (x: Tensor, kinds: [Int]) {
    let rows = texts.enumerated().flatMap { kind, texts in texts[range].map { (kind, $0) } }
    let values = rows.flatMap { _, text in
      text.map { Float($0) + 1 } + Array(repeating: 0, count: length - text.count)
    }
    return (Tensor(values, shape: [rows.count, length]), rows.map(\.0))
  }
}
