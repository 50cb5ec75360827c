import Files
import Foundation
import Torch

/// Examples that were computed and not read, with what is known of their causes.
public struct MadeExamples: Sendable {
  /// Inputs, `[n]` + shape.
  public let x: Tensor
  /// Values of the factors, `[n, f]`; nothing where none are known.
  public let factors: Tensor?

  public init(_ x: Tensor, factors: Tensor? = nil) {
    self.x = x
    self.factors = factors
  }

  fileprivate func reading(_ support: Domain.Support, _ names: [Factor]) throws -> Reading {
    let values = try x.to(.float32).values(as: Float.self)
    var reading = Reading(
      ArrayStore(values, count: x.size(0), shape: Array(x.shape.dropFirst())), support: support)
    guard let factors else { return reading }
    try require(
      factors.shape == [x.size(0), names.count],
      "factors have shape \(factors.shape), and \(x.size(0)) examples of \(names.count) are there")
    reading.factors = names
    reading.factorValues = .listed(
      try factors.to(.float32).values(as: Float.self), width: names.count)
    return reading
  }
}

extension Source {
  /// A source of computed examples, with its inputs as they are given.
  ///
  /// - Throws: ``UserError`` where the parts do not fit together, or the tensors' error.
  public static func made(
    _ name: String, train: MadeExamples, test: MadeExamples, support: Domain.Support = .real,
    factors: [Factor] = [], _ options: SourceOptions = .init()
  ) throws -> Source {
    try options.check()
    var fingerprint = Fingerprint()
    for (part, examples) in [("train", train), ("test", test)] {
      try examples.x.to(.float32).contiguous().bytes().withUnsafeBytes {
        fingerprint.add($0, named: part)
      }
    }
    var opened = Opened(
      name: name, train: try train.reading(support, factors), fingerprint: fingerprint.hex())
    opened.test = try test.reading(support, factors)
    var assembly = try Assembly(opened, options)
    return try assembly.source()
  }
}
