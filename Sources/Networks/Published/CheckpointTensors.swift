import Files
import Foundation
import Torch

/// The tensors of a checkpoint: a file, or a folder with one file or several.
struct CheckpointTensors {
  /// What sentences call it.
  let path: String
  private(set) var tensors: [String: Tensor] = [:]

  private struct Index: Decodable { let weight_map: [String: String] }

  /// - Throws: `UserError` where the files are not there, damaged, or not those that their index lists.
  init(_ folder: String) throws {
    guard !folder.hasSuffix(".safetensors") else {
      (path, tensors) = (folder, try Safetensors(opening: folder).tensors)
      return
    }
    let whole = folder + "/model.safetensors", index = whole + ".index.json"
    if FileManager.default.fileExists(atPath: whole) {
      path = whole
      tensors = try Safetensors(opening: whole).tensors
      return
    }
    guard FileManager.default.fileExists(atPath: index) else {
      throw UserError("\(folder) holds no model.safetensors and no model.safetensors.index.json")
    }
    path = index
    guard let map = try? JSONDecoder().decode(Index.self, from: MappedFile(index).data).weight_map
    else { throw UserError("\(index) has no weight_map of names to files") }
    for file in Set(map.values).sorted() {
      try require(
        !file.isEmpty && !file.contains("/") && file != ".." && file != ".",
        "\(index) names the file \(file), which is not one of its folder")
      let shard = try Safetensors(opening: "\(folder)/\(file)").tensors
      for (name, tensor) in shard {
        try require(
          map[name] == file, "\(folder)/\(file) holds \(name), and \(index) says otherwise")
        tensors[name] = tensor
      }
    }
    if let lost = map.keys.sorted().first(where: { tensors[$0] == nil }) {
      throw UserError("\(folder)/\(map[lost] ?? "") lacks \(lost), which \(index) says it holds")
    }
  }

  /// Our tensors from these.
  ///
  /// - Parameters:
  ///   - plain: A name of these as the places have it.
  ///   - what: What sentences call the model.
  ///   - isIgnored: Whether a tensor of that plain name says nothing, or nothing that is wanted.
  /// - Throws: `UserError` that names tensors that are missing, of another shape, or not the model's.
  func assembled(
    _ places: [TensorPlace], plain: (String) -> String, as what: String,
    ignoring isIgnored: (String) -> Bool
  ) throws -> [String: Tensor] {
    var theirs = Dictionary(tensors.map { (plain($0.key), (name: $0.key, tensor: $0.value)) }) {
      $1
    }
    let missing = places.flatMap(\.parts).map(\.name).filter { theirs[$0] == nil }
    try require(missing.isEmpty, "\(path) lacks \(Self.listed(missing))")
    var ours: [String: Tensor] = [:]
    for place in places {
      let parts = try place.parts.map { name, shape in
        guard let (written, tensor) = theirs.removeValue(forKey: name) else {
          throw UserError("\(path) lacks \(name)")
        }
        try require(
          tensor.shape == shape && tensor.dtype.isFloating,
          "\(path) holds \(written) as \(tensor.dtype) of shape \(tensor.shape), and a \(what) has real numbers of "
            + "shape \(shape) there")
        return place.isTurned ? tensor.to(.float32).transposed() : tensor.to(.float32)
      }
      ours[place.name] = parts.count == 1 ? parts[0] : Tensor.concatenate(parts)
    }
    let extra = theirs.filter { !isIgnored($0.key) }
    try require(
      extra.isEmpty,
      "\(path) holds \(Self.listed(extra.map(\.value.name))), which a \(what) does not have")
    return ours
  }

  private static func listed(_ names: [String]) -> String {
    let names = names.sorted()
    let rest = names.count > 3 ? " and \(names.count - 3) more" : ""
    return names.prefix(3).joined(separator: ", ") + rest
  }
}
