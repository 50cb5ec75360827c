import Files
import Foundation

/// The metrics of a run's epochs as lines of JSON, `metrics.jsonl`.
public struct History: Sendable {
  public var epochs: [EpochMetrics]
  /// Terms of the loss in their order.
  var terms: [String]

  init(epochs: [EpochMetrics], terms: [String]) {
    self.epochs = epochs
    self.terms = terms
  }

  private struct Header: Codable { var terms: [String] }

  static func path(in folder: String) -> String { folder + "/metrics.jsonl" }

  func write(in folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var lines = [try encoder.encode(Header(terms: terms))]
    lines += try epochs.map { try encoder.encode($0) }
    let newline = Data("\n".utf8)
    try AtomicFile.write(Data(lines.map { $0 + newline }.joined()), to: Self.path(in: folder))
  }

  /// The history in a bundle's folder.
  ///
  /// - Throws: `UserError` naming the line that cannot be read.
  public init(opening folder: String) throws {
    let file = try MappedFile(Self.path(in: folder))
    let lines = file.data.split(separator: UInt8(ascii: "\n"))
    let decoder = JSONDecoder()
    guard let head = lines.first, let header = try? decoder.decode(Header.self, from: head) else {
      throw UserError("\(file.path) does not begin with the names of the loss's terms")
    }
    terms = header.terms
    epochs = try lines.dropFirst().enumerated().map { index, line in
      guard let epoch = try? decoder.decode(EpochMetrics.self, from: line) else {
        throw UserError("\(file.path), line \(index + 2), is not the metrics of an epoch")
      }
      return epoch
    }
  }
}
