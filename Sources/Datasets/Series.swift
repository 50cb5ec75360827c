import Files
import Foundation
import Torch

/// Windows of a series: the number columns of a table, some steps at a time.
extension Opened {
  /// Steps of the windows that a table is cut into: those asked for, or those that a space takes.
  static func window(_ options: SourceOptions, _ like: Like?) -> Int? {
    guard let like else { return options.window }
    return like.domain.shape.count == 2 ? like.domain.shape[0] : nil
  }

  /// Throws where `--window` is given for what has no steps.
  static func checkWindow(_ spec: String, _ options: SourceOptions) throws {
    guard options.window != nil else { return }
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: spec, isDirectory: &isFolder)
    let isSeries =
      if let set = KnownSet.all.first(where: { $0.name == spec }) {
        set.isSeries
      } else if Source.known().contains(where: { $0.name == spec }) {
        false
      } else {
        !isThere || (!isFolder.boolValue && isTable(spec))
      }
    try require(
      isSeries, "\(spec) is not a table with a row for each step, so --window has no meaning")
  }

  /// The windows of `window` rows, one starting at each row, split in the order of time.
  ///
  /// With `like`, the columns are those of the space that the windows are for, in its order.
  static func series(
    _ path: String, name: String, window: Int, _ options: SourceOptions, like: Like?
  ) throws -> Opened {
    var fingerprint = Fingerprint(), notes: [String] = []
    let title = lastPart(path)
    let table = try contents(path, &fingerprint).withUnsafeBytes {
      try Table($0, name: title, labelColumn: "none")
    }
    let wanted = like?.domain.columns ?? []
    let columns =
      wanted.isEmpty
      ? try table.numbers(without: options.labelColumn, notes: &notes)
      : try table.numbers(called: wanted)
    try require(!columns.isEmpty, "\(title) has no column of numbers, so it is not a series")
    try require(
      window > 0 && window <= table.rows,
      "\(title) has \(counted(table.rows, "row")): too few for a window of \(window)")
    let missing = columns.reduce(0) { $0 + $1.missing }
    if missing > 0 {
      notes.append("\(counted(missing, "missing value")) of \(title) replaced by the one before")
    }
    guard let size = product([table.rows, columns.count, 4]) else {
      throw UserError("\(title) is too large")
    }
    try requireMemory(size, for: title)
    var values: [Float] = []
    values.reserveCapacity(table.rows * columns.count)
    for row in 0..<table.rows {
      for column in columns { values.append(column.values[row]) }
    }
    var store = ArrayStore(values, count: table.rows - window + 1, shape: [window, columns.count])
    store.stride = columns.count * 4
    var reading = Reading(store, support: .real)
    reading.standardise = true
    reading.window = window
    reading.columns = columns.map(\.name)
    return Opened(name: name, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }
}

extension Table {
  /// A column of a series, without gaps.
  fileprivate struct Steps {
    let name: String
    let values: [Float]
    let missing: Int

    /// Missing values take the one before them; at the start, the first there is.
    init(_ column: Column, _ numbers: [Float]) {
      name = column.name
      missing = column.missing
      var last = numbers.first { !$0.isNaN } ?? 0
      values = numbers.map { number in
        if !number.isNaN { last = number }
        return last
      }
    }
  }

  /// All columns of numbers but the one that holds classes: a window has no class.
  fileprivate func numbers(without label: String?, notes: inout [String]) throws -> [Steps] {
    let asked = label == "none" ? nil : label
    if let asked, !has(asked) { throw absence(of: asked) }
    var left: [String] = []
    let found = columns.compactMap { column -> Steps? in
      let isLabel = label == nil ? column.name.lowercased() == "label" : column.name == asked
      guard case .numbers(let numbers) = column.content, !isLabel else {
        left.append(column.name)
        return nil
      }
      return Steps(column, numbers)
    }
    if !left.isEmpty, !found.isEmpty {
      notes.append(
        "left out of the series \(name): \(left.prefix(20).joined(separator: ", ")) "
          + "(text or classes)")
    }
    return found
  }

  /// The columns called `names`, in that order.
  fileprivate func numbers(called names: [String]) throws -> [Steps] {
    try names.map { wanted in
      guard let column = columns.first(where: { $0.name == wanted }) else {
        throw absence(of: wanted, needed: names)
      }
      guard case .numbers(let numbers) = column.content else { throw text(in: wanted) }
      return Steps(column, numbers)
    }
  }
}
