import Files
import Foundation
import Torch

enum CheckpointError {
  static func lacks(_ name: String) -> UserError {
    UserError("the checkpoint lacks \(name); it belongs to a fit with other settings")
  }
}

/// Everything a training needs to go on with the same bits: weights, optimisers, and where it stood.
struct Checkpoint {
  /// The counters of a training.
  struct Position: Codable, Equatable {
    var epoch = 0
    /// Batches of the epoch that are done.
    var batch = 0
    var step = 0
    /// Examples of the epoch that are in `sums`.
    var seen = 0
    var seconds = 0.0
    var bestLoss: Double?
    var bestEpoch = 0
    var isFinished = false
  }

  var position: Position
  var tensors: [String: Tensor]

  static func path(in folder: String) -> String { folder + "/checkpoint/last.safetensors" }

  func save(in folder: String) throws {
    let data = try JSONEncoder().encode(position)
    let text = String(decoding: data, as: UTF8.self)
    try makeFolder(folder + "/checkpoint")
    try Safetensors(tensors, metadata: ["position": text]).write(to: Self.path(in: folder))
  }

  init(position: Position, tensors: [String: Tensor]) {
    self.position = position
    self.tensors = tensors
  }

  init(opening folder: String) throws {
    let file = try Safetensors(opening: Self.path(in: folder))
    guard let text = file.metadata["position"],
      let position = try? JSONDecoder().decode(Position.self, from: Data(text.utf8))
    else { throw UserError("\(Self.path(in: folder)) does not say where the training stood") }
    self.init(position: position, tensors: file.tensors)
  }

  /// The tensors whose names start with `prefix` and a point, without it.
  func part(_ prefix: String) -> [String: Tensor] {
    let start = prefix + "."
    return Dictionary(
      uniqueKeysWithValues: tensors.compactMap { name, tensor in
        name.hasPrefix(start) ? (String(name.dropFirst(start.count)), tensor) : nil
      })
  }
}

extension [String: Tensor] {
  /// The same tensors under names that start with `prefix` and a point.
  func prefixed(_ prefix: String) -> [String: Tensor] {
    [String: Tensor](uniqueKeysWithValues: map { ("\(prefix).\($0.key)", $0.value) })
  }

  /// The same numbers, which nothing changes any more.
  var copied: [String: Tensor] { mapValues { $0.detached().copied() } }
}
