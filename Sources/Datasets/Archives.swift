import Files
import Foundation

/// Opening files that hold several arrays.
extension Opened {
  private static let inputs = ["x", "X", "data", "images", "arr_0", "features"]
  private static let labels = ["y", "Y", "labels", "label", "target", "targets"]
  private static let names = ["class_names", "classes", "label_names", "target_names"]

  /// The arrays of an `.npz` file by their usual names, or sparse rows as SciPy writes them.
  static func npz(_ path: String, name: String? = nil) throws -> Opened {
    let file = try MappedFile(path)
    var fingerprint = Fingerprint(), notes: [String] = []
    fingerprint.add(file.bytes, named: lastPart(path))
    let archive = try NPZ(file)
    var train: Reading
    var test: Reading?
    if let x = archive.first(inputs.flatMap { ["\($0)_train", "train_\($0)"] }) {
      train = try reading(archive, x, &notes)
      if let x = archive.first(inputs.flatMap { ["\($0)_test", "test_\($0)"] }) {
        var part = try reading(archive, x, &notes)
        try Reading.reconcile(&train, &part, lastPart(path))
        test = part
      }
    } else if archive.first(["x_indptr"]) != nil {
      train = try sparse(archive, lastPart(path), &notes)
    } else {
      train = try reading(archive, input(archive, lastPart(path)), &notes)
    }
    try label(archive, &train, &test, lastPart(path), &notes)
    return Opened(
      name: name ?? path, train: train, test: test, fingerprint: fingerprint.hex(), notes: notes)
  }

  private static func input(_ archive: NPZ, _ name: String) throws -> String {
    if let key = archive.first(inputs) { return key }
    if archive.names.count == 1 { return archive.names[0] }
    throw UserError(
      "\(name) holds the arrays \(archive.names.prefix(20).joined(separator: ", ")): "
        + "name the inputs x, data, images or arr_0")
  }

  private static func reading(
    _ archive: NPZ, _ key: String, _ notes: inout [String]
  ) throws -> Reading {
    try Reading(archive.array(key), name: key, notes: &notes)
  }

  private static func label(
    _ archive: NPZ, _ train: inout Reading, _ test: inout Reading?, _ name: String,
    _ notes: inout [String]
  ) throws {
    let trainKey = archive.first(labels.flatMap { ["\($0)_train", "train_\($0)"] } + labels)
    let testKey = archive.first(labels.flatMap { ["\($0)_test", "test_\($0)"] })
    guard let trainKey, test == nil || testKey != nil else { return }
    var parts = [try integers(archive, trainKey)]
    if let kept = try classed(archive) { parts = [parts[0].map { all in kept.map { all[$0] } }] }
    if test != nil, let testKey { parts.append(try integers(archive, testKey)) }
    guard let values = parts.compacted(), let (places, found) = classes(of: values) else {
      return notes.append("\(trainKey) of \(name) left out: it holds no class numbers")
    }
    for (part, count) in zip(places, [train.count, test?.count ?? 0]) {
      try require(
        part.count == count, "\(name) holds \(part.count) labels for \(counted(count, "example"))")
    }
    train.labels = places[0]
    train.classes = try classNames(archive, values) ?? found
    if places.count > 1 {
      test?.labels = places[1]
      test?.classes = train.classes
    }
  }

  private static func integers(_ archive: NPZ, _ key: String) throws -> [Int]? {
    guard case .numbers = try archive.header(key).kind else { return nil }
    let array = try archive.array(key)
    return array.shape.count == 1 || array.shape.dropFirst().allSatisfy { $0 == 1 }
      ? array.integers() : nil
  }

  /// The nodes of a graph that have a class, where some have not: -1 is no class there.
  private static func classed(_ archive: NPZ) throws -> [Int]? {
    guard archive.first(["edges"]) != nil, archive.first(["x_indptr"]) != nil,
      let key = archive.first(labels), let all = try integers(archive, key),
      try archive.header("x_indptr").shape == [all.count + 1]
    else { return nil }
    let kept = all.indices.filter { all[$0] != -1 }
    return kept.isEmpty || kept.count == all.count ? nil : kept
  }

  /// Names in the file, where the labels are their places.
  private static func classNames(_ archive: NPZ, _ values: [[Int]]) throws -> [String]? {
    guard let key = archive.first(names), let found = try archive.strings(key) else { return nil }
    let used = Set(values.joined())
    return used.allSatisfy { found.indices.contains($0) } && used.count == found.count ? found : nil
  }

  /// Rows stored without their zeros: `x_data`, `x_indices`, `x_indptr`, `x_shape`.
  private static func sparse(
    _ archive: NPZ, _ name: String, _ notes: inout [String]
  ) throws -> Reading {
    let bad = UserError("\(name) is damaged: its sparse rows do not fit together")
    guard let shape = try archive.array("x_shape").integers(), shape.count == 2,
      let starts = try archive.array("x_indptr").integers(),
      let places = try archive.array("x_indices").integers(), shape[0] > 0, shape[1] > 0,
      starts.count - 1 == shape[0], starts[0] == 0, starts.last == places.count,
      let size = product(shape + [4])
    else { throw bad }
    let values = try archive.array("x_data").floats()
    guard values.count == places.count else { throw bad }
    // Few entries may claim a vast table; what they make of it must fit.
    try requireMemory(size, for: name)
    try require(
      size / 4096 <= max(values.count, 1024),
      "\(name) claims \(written(shape)) inputs for \(values.count) numbers: too sparse to be unpacked"
    )
    var rows = [Float](repeating: 0, count: shape[0] * shape[1])
    for row in 0..<shape[0] {
      guard starts[row] >= 0, starts[row] <= starts[row + 1], starts[row + 1] <= places.count else {
        throw bad
      }
      for i in starts[row]..<starts[row + 1] {
        guard (0..<shape[1]).contains(places[i]), values[i].isFinite else { throw bad }
        rows[row * shape[1] + places[i]] = values[i]
      }
    }
    var count = shape[0]
    if let kept = try classed(archive) {
      rows = kept.flatMap { rows[$0 * shape[1]..<($0 + 1) * shape[1]] }
      notes.append("\(counted(count - kept.count, "node")) of \(name) without a class left out")
      count = kept.count
    }
    let store = ArrayStore(rows, count: count, shape: [shape[1]])
    return try Reading(rows: store, name: name)
  }
}

extension Array {
  /// All elements, where none is missing.
  fileprivate func compacted<T>() -> [T]? where Element == T? {
    let present = compactMap { $0 }
    return present.count == count ? present : nil
  }
}
