import Datasets
import Evaluation
import Files
import Foundation
import Manual
import Torch

/// Codes to look at, of a space's test examples or of a file, one row each.
struct Embeddings {
  let name: String
  /// `[n, k]`, all finite.
  let codes: Tensor

  /// The codes of the space or the rows of the `.npy` file at `path`.
  ///
  /// - Throws: `UserError` where there is neither, or a row holds a number that is not finite.
  init(_ path: String, _ arguments: Arguments, _ console: Console) throws {
    var isFolder: ObjCBool = false
    try require(
      FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      "there is no space or file \(path)")
    name = path
    let read =
      try isFolder.boolValue
      ? Self.ofSpace(path, arguments, console) : NPY.read(path)
    try require(
      read.rank >= 1 && read.count > 0,
      "\(path) has the shape \(read.shape); rows of numbers are wanted")
    // What has more axes than rows and columns counts row by row, as pictures do.
    codes = read.reshaped(read.size(0), read.count / read.size(0))
    let wrong = try codes.isFinite().all(over: 1).logicalNot().nonzero().checked()
    guard wrong.size(0) > 0 else { return }
    let row = try wrong[0, 0].value()
    throw UserError(
      "\(path): row \(Int(row)) of \(codes.size(0)) holds a number that is not finite; leave such rows out or fill "
        + "them first")
  }

  private static func ofSpace(
    _ path: String, _ arguments: Arguments, _ console: Console
  ) throws -> Tensor {
    let open = try OpenSpace(path, arguments)
    let examples = try open.examples()
    let line = console.progress("encode \(path)", total: examples.count, unit: "examples")
    var scores = Scores(examples, seed: Seed(0))
    scores.progress = { done, _ in line.update(done: done) }
    let codes = try scores.codes(try open.codec(to: "encode"))
    line.finish()
    return codes.flattened(from: 1)
  }

  private init(_ name: String, _ codes: Tensor) { (self.name, self.codes) = (name, codes) }

  /// The rows at `places`.
  func rows(_ places: [Int]) -> Embeddings {
    Embeddings(name, codes.indexSelect(0, Tensor(places.map { Int64($0) })))
  }

  /// At most `limit` of `count` places in ascending order, drawn by `seed`.
  static func places(_ limit: Int, of count: Int, _ seed: UInt64) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    var random = SplitMix(Seed(seed).child("rows"))
    return Array(0..<count).shuffled(using: &random).prefix(limit).sorted()
  }
}
