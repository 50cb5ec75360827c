import Files

/// Rows stored without their zeros.
struct SparseStore: Store {
  /// Where each row's numbers start, and where the last ones end.
  let starts: [Int]
  /// The column of each number.
  let places: [Int32]
  let values: [Float]
  let shape: [Int]
  var count: Int { starts.count - 1 }
  var element: Element { .float32 }

  /// Rows of `width` columns.
  ///
  /// - Throws: ``UserError`` where the three lists do not fit together.
  init(starts: [Int], places: [Int], values: [Float], width: Int, _ name: String) throws {
    try require(
      starts.count > 1 && starts[0] == 0 && starts.last == places.count
        && places.count == values.count && (1...Int(Int32.max)).contains(width)
        && zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 }
        && places.allSatisfy { (0..<width).contains($0) } && values.allSatisfy(\.isFinite),
      "\(name) is damaged: its sparse rows do not fit together")
    try Self.check(rows: starts.count - 1, columns: width, numbers: values.count, name)
    self.starts = starts
    self.places = places.map { Int32($0) }
    self.values = values
    shape = [width]
  }

  /// Few numbers may claim a vast table, which would take as long to walk through.
  private static func check(rows: Int, columns: Int, numbers: Int, _ name: String) throws {
    guard let size = product([rows, columns, 4]), size / 4096 <= max(numbers, 1024) else {
      throw UserError(
        "\(name) claims \(written([rows, columns])) inputs for \(numbers) numbers: too few to be true"
      )
    }
  }

  /// The rows of a matrix whose columns are stored one after another.
  init(
    columnStarts: [Int], rows: [Int], values: [Float], height: Int, _ name: String
  ) throws {
    // Read as rows it is the transpose, whose check holds for this one too.
    let turned = try SparseStore(
      starts: columnStarts, places: rows, values: values, width: height, name)
    var starts = [Int](repeating: 0, count: height + 1)
    for row in rows { starts[row + 1] += 1 }
    for row in 0..<height { starts[row + 1] += starts[row] }
    var next = starts
    var places = [Int](repeating: 0, count: rows.count)
    var moved = [Float](repeating: 0, count: rows.count)
    for column in 0..<turned.count {
      for i in columnStarts[column]..<columnStarts[column + 1] {
        places[next[rows[i]]] = column
        moved[next[rows[i]]] = values[i]
        next[rows[i]] += 1
      }
    }
    try self.init(starts: starts, places: places, values: moved, width: turned.count, name)
  }

  /// The columns of row `row` that hold a number.
  func columns(of row: Int) -> ArraySlice<Int32> { places[starts[row]..<starts[row + 1]] }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    let floats = out.bindMemory(to: Float.self)
    floats.update(repeating: 0)
    for i in starts[row]..<starts[row + 1] { floats[Int(places[i])] = values[i] }
  }
}

extension Reading {
  /// Rows of numbers: their range says whether they are levels, zeros and ones, or other numbers.
  init(rows store: any Store, name: String) throws {
    let found = try Statistics(store, name: name)
    let unit = found.least >= 0 && found.greatest <= 1
    self.init(store, support: found.isBinary ? .binary : unit ? .unit : .real)
    standardise = !unit
  }
}
