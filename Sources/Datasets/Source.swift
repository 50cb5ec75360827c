import Files
import Foundation
import Torch

/// What a person brings: examples in three splits, and what is known of them.
public struct Source: Sendable {
  /// The name or path it was opened by.
  public let name: String
  /// What one example is like.
  public let domain: Domain
  /// The examples that are learned from.
  public let train: Examples
  /// The examples that choices are made on.
  public let validation: Examples
  /// The examples that are touched once, by a check.
  public let test: Examples
  /// SHA-256 of the content, in hexadecimal digits; beyond 1 GiB only names and sizes count.
  public let fingerprint: String
  /// What was skipped, imputed or converted, one sentence each.
  public let notes: [String]
  /// What made the inputs from raw data.
  public let preprocessing: Preprocessing

  /// Opens the source called `spec`, or the file or folder at that path.
  ///
  /// - Throws: ``UserError`` in one sentence for what cannot be found, read or split.
  public static func open(_ spec: String, _ options: SourceOptions = .init()) throws -> Source {
    try options.check()
    return try inOneLine {
      var opened = try Opened.read(spec, options, like: nil)
      if let encoder = options.encoder {
        opened = try opened.encoded(by: encoder, size: options.size)
      }
      var assembly = try Assembly(opened, options)
      return try assembly.source()
    }
  }

  /// Opens `spec` with the preprocessing of another source, all its examples in `test`.
  ///
  /// Of a source with an official test split, `test` is that split. How pictures are binarised and
  /// how long windows are follows from the other source, not from `options`.
  ///
  /// - Throws: ``UserError`` also where the examples do not have the shape of `domain`.
  public static func open(
    _ spec: String, _ options: SourceOptions = .init(), like preprocessing: Preprocessing,
    domain: Domain
  ) throws -> Source {
    var options = options
    options.size = options.size ?? preprocessing.size
    options.binarise = preprocessing.binarise
    options.window = nil
    options.length = nil
    options.textColumn = nil
    options.encoder = preprocessing.encoder
    try options.check()
    try preprocessing.check(domain)
    return try inOneLine {
      var opened = try Opened.read(spec, options, like: (preprocessing, domain))
      if let encoder = preprocessing.encoder {
        opened = try opened.encoded(by: encoder, size: options.size)
      }
      var assembly = try Assembly(opened, options)
      return try assembly.source(like: preprocessing, domain)
    }
  }

  /// The same with other training examples.
  public func learning(from train: Examples) -> Source {
    Source(
      name: name, domain: domain, train: train, validation: validation, test: test,
      fingerprint: fingerprint, notes: notes, preprocessing: preprocessing)
  }
}

/// Sentences may quote a file, which may hold anything; what is thrown has no control characters.
func inOneLine<R>(_ body: () throws -> R) throws -> R {
  do {
    return try body()
  } catch let error as UserError {
    throw UserError(printable(error.description))
  }
}

/// The text with a question mark for each control character.
func printable(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: "?"
        default: scalar
        }
      }))
}

extension Preprocessing {
  /// A space's own record may have been tampered with, so what sizes follow from is looked at.
  func check(_ domain: Domain) throws {
    try require(
      length.map { (1...1 << 20).contains($0) } ?? true, "the space's preprocessing has no length")
    try require(
      mean.count == deviation.count && (mean + deviation).allSatisfy(\.isFinite)
        && [0, 1, domain.shape.last, product(domain.shape)].contains(mean.count)
        && columns.allSatisfy { Set($0.values).count == $0.values.count },
      "the space's preprocessing is damaged: its statistics do not fit together")
  }
}

extension SourceOptions {
  func check() throws {
    for (name, value) in [("validation", validation), ("test", test)] {
      guard let value else { continue }
      try require((0..<1).contains(value), "\(name) is \(value); it must be at least 0 and below 1")
    }
    try require(
      (validation ?? 0.1) + (test ?? 0.1) < 1, "validation and test leave no examples for training")
    if let limit { try require(limit > 0, "limit is \(limit); it must be at least 1") }
    if let window {
      try require(window >= 2, "window is \(window); it must be at least 2 rows")
    }
    if let length {
      try require(
        (1...1 << 20).contains(length),
        "length is \(length); it must be 1 to \(1 << 20) samples")
    }
    if let size {
      try require(
        size.count == 2 && size.allSatisfy { (1...4096).contains($0) },
        "size is \(size.map(String.init).joined(separator: ",")); "
          + "it must be a height and a width of 1 to 4096")
    }
  }
}
