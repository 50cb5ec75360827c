import Files

/// The values of a dataset.
extension HDF5Object {
  /// The sizes of the dataset's axes.
  func shape() throws -> [Int] {
    guard let space = try message(1) else { throw file.damage("\(name) has no shape") }
    return try Self.shape(space)
  }

  /// The values, where the dataset holds them one after another or in chunks.
  func values() throws -> HDF5Values {
    guard var type = try message(3), var layout = try message(8) else {
      throw UserError("\(file.name): \(name) is a group where values were expected")
    }
    let shape = try shape(), element = try HDF5Type(&type)
    guard let count = product(shape), let size = product([count, element.size]), size > 0 else {
      throw UserError("\(file.name): \(name) holds no values, or more than can be")
    }
    let version = try layout.number(1), form = try layout.number(1)
    try require(
      (3...4).contains(version) && (form < 2 || version == 3),
      "\(file.name): \(name) is laid out in a way that cannot be read; "
        + "write the file with libver earliest")
    var bytes = Bytes.mapped(file.file), offset = 0
    switch form {
    case 0:
      let room = try layout.number(2)
      offset = layout.start + layout.position
      try require(
        room >= size && layout.left >= size, "\(file.name) is damaged: \(name) is cut off")
    case 1:
      offset = try layout.number(8)
      _ = try file.part(offset, size, name)
    case 2: bytes = .owned(try chunked(&layout, shape, element.size, size))
    default: throw file.damage("\(name) is laid out in no known way")
    }
    return HDF5Values(
      file: file, name: name, type: element.kind, count: count, bytes: bytes, offset: offset,
      stride: element.size)
  }

  /// Puts the chunks of a table together, after undoing what was done to each.
  private func chunked(
    _ layout: inout HDF5.Cursor, _ shape: [Int], _ width: Int, _ size: Int
  ) throws -> [UInt8] {
    let rank = try layout.number(1) - 1
    try require(
      rank == shape.count && (1...2).contains(rank),
      "\(file.name): \(name) has \(shape.count) axes in chunks; one or two can be read")
    let tree = try layout.address()
    var chunk = try (0..<rank).map { _ in try layout.number(4) }
    var whole = shape
    if rank == 1 {
      whole.append(1)
      chunk.append(1)
    }
    guard let room = product(chunk + [width]), room > 0, let tree else {
      throw file.damage("\(name) has no chunks")
    }
    let filters = try filters()
    let leaves = try leaves(of: tree, kind: 1, keyWidth: 8 * (rank + 2))
    var stored = 0
    for leaf in leaves {
      var key = leaf.key
      stored += try key.number(4)
    }
    // Chunks do not overlap in a good file, and deflate packs a thousand bytes into one at most.
    let isPacked = filters.contains(1)
    try require(
      stored <= file.file.bytes.count && size / (isPacked ? 1032 : 1) <= stored,
      "\(file.name) is damaged: \(name) claims \(size) bytes, more than its chunks can hold")
    try requireMemory(size, for: file.name)
    var table = Grid(rows: whole[0], columns: whole[1], width: width)
    for leaf in leaves {
      var key = leaf.key
      let (length, mask) = (try key.number(4), try key.number(4))
      let (row, column) = (try key.number(8), rank == 1 ? 0 : try key.number(8))
      var bytes = Array(try file.part(leaf.address, length, "a chunk of \(name)"))
      for (i, filter) in filters.enumerated().reversed() where mask >> i & 1 == 0 {
        // A checksum that was taken before counts among the bytes.
        let sum = filters.prefix(i).contains(3) ? 4 : 0
        bytes = try undone(filter, bytes, room + sum, width)
      }
      try require(
        bytes.count == room && table.put(bytes, row, column, rows: chunk[0], columns: chunk[1]),
        "\(file.name) is damaged: a chunk of \(name) does not fit")
    }
    return table.bytes
  }

  /// The filters that chunks went through, in that order: 1 deflates, 2 shuffles, 3 adds a checksum.
  private func filters() throws -> [Int] {
    guard var list = try message(11) else { return [] }
    let version = try list.number(1), count = try list.number(1)
    if version == 1 { try list.skip(6) }
    let filters = try (0..<count).map { _ in
      let filter = try list.number(2)
      let length = version == 1 || filter >= 256 ? try list.number(2) : 0
      try list.skip(2)
      let values = try list.number(2)
      try list.skip(version == 1 ? (length + 7) / 8 * 8 : length)
      try list.skip(4 * (version == 1 ? values + values % 2 : values))
      return filter
    }
    try require(
      filters.allSatisfy { (1...3).contains($0) } && Set(filters).count == filters.count,
      "\(file.name): \(name) is packed in a way that cannot be read; write it with gzip")
    return filters
  }

  private func undone(_ filter: Int, _ bytes: [UInt8], _ room: Int, _ width: Int) throws -> [UInt8]
  {
    switch filter {
    case 1:
      return try bytes.withUnsafeBytes {
        try InflateStream($0, .zlib, name: file.name).exactly(room)
      }
    case 2:
      guard width > 1 else { return bytes }
      // The first bytes of all elements, then the second ones; what is left over stays.
      let count = bytes.count / width
      var whole = bytes
      for i in 0..<count {
        for byte in 0..<width { whole[i * width + byte] = bytes[byte * count + i] }
      }
      return whole
    default: return bytes.dropLast(4)
    }
  }
}

/// A table of bytes that chunks are put into.
private struct Grid {
  let rows: Int
  let columns: Int
  let width: Int
  var bytes: [UInt8]

  init(rows: Int, columns: Int, width: Int) {
    (self.rows, self.columns, self.width) = (rows, columns, width)
    bytes = [UInt8](repeating: 0, count: rows * columns * width)
  }

  /// Copies a chunk to its place, as far as that is inside; false where it starts outside.
  mutating func put(_ chunk: [UInt8], _ row: Int, _ column: Int, rows high: Int, columns wide: Int)
    -> Bool
  {
    guard row < rows, column < columns else { return false }
    let count = min(wide, columns - column) * width
    for y in 0..<min(high, rows - row) {
      let start = y * wide * width, place = ((row + y) * columns + column) * width
      bytes.replaceSubrange(place..<place + count, with: chunk[start..<start + count])
    }
    return true
  }
}
