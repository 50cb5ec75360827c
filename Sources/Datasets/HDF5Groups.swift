import Files

extension HDF5 {
  /// The members of the file's root group.
  func rootGroup() throws -> [String: Int] {
    try HDF5Object(self, at: root, name: "the root group").members()
  }
}

/// The members of groups, and attributes.
extension HDF5Object {
  /// Where the headers of a group's members lie, by name.
  func members() throws -> [String: Int] {
    var members: [String: Int] = [:]
    for message in messages where message.kind == 6 {
      if let (name, address) = try link(message.data) { members[name] = address }
    }
    if var info = try message(2) {
      try info.skip(1)
      let flags = try info.number(1)
      try info.skip(flags & 1 != 0 ? 8 : 0)
      try require(
        info.address() == nil,
        "\(file.name): \(name) keeps its members in the newer dense form; "
          + "write the file with libver earliest")
    }
    if var table = try message(0x11) {
      let (tree, heap) = (try table.number(8), try table.number(8))
      var header = try file.cursor(heap, 32, "the names in \(name)")
      try header.expect("HEAP")
      try header.skip(4)
      let size = try header.number(8)
      try header.skip(8)
      let names = try file.cursor(header.number(8), size, "the names in \(name)")
      for leaf in try leaves(of: tree, kind: 0, keyWidth: 8) {
        try symbols(leaf.address, names, &members)
      }
    }
    return members
  }

  /// A link in a header; nothing where it is no plain one.
  private func link(_ data: HDF5.Cursor) throws -> (String, Int)? {
    var data = data
    try data.skip(1)
    let flags = try data.number(1)
    let kind = flags & 8 != 0 ? try data.number(1) : 0
    try data.skip((flags & 4 != 0 ? 8 : 0) + (flags & 0x10 != 0 ? 1 : 0))
    let length = try data.number(1 << (flags & 3))
    let name = String(decoding: try data.take(length), as: UTF8.self)
    return kind == 0 ? (name, try data.number(8)) : nil
  }

  private func symbols(
    _ address: Int, _ names: HDF5.Cursor, _ members: inout [String: Int]
  ) throws {
    var node = try file.cursor(address, nil, "the members of \(name)")
    try node.expect("SNOD")
    try node.skip(2)
    for _ in 0..<(try node.number(2)) {
      var text = names
      try text.skip(node.number(8))
      members[try text.text()] = try node.number(8)
      try node.skip(24)
    }
  }

  /// A leaf of a tree: what leads to it, and where it is.
  struct Leaf {
    let key: HDF5.Cursor
    let address: Int
  }

  /// The leaves of the tree at `address`, of groups (0) or of chunks (1).
  func leaves(of address: Int, kind: Int, keyWidth: Int) throws -> [Leaf] {
    var leaves: [Leaf] = [], seen: Set<Int> = []
    var open = [(address: address, level: nil as Int?)]
    while let next = open.popLast() {
      try require(
        seen.insert(next.address).inserted,
        "\(file.name) is damaged: the tree of \(name) runs in a circle")
      var node = try file.cursor(next.address, nil, "the tree of \(name)")
      try node.expect("TREE")
      try require(
        node.number(1) == kind, "\(file.name) is damaged: the tree of \(name) is of another kind")
      let level = try node.number(1)
      try require(
        next.level.map { $0 - 1 == level } ?? true,
        "\(file.name) is damaged: the tree of \(name) has levels out of order")
      let entries = try node.number(2)
      try require(
        entries + leaves.count + open.count <= file.file.bytes.count / 16,
        "\(file.name) is damaged: the tree of \(name) is larger than the file")
      try node.skip(16)
      for _ in 0..<entries {
        let start = node.start + node.position
        let key = HDF5.Cursor(
          bytes: try node.take(keyWidth), start: start, what: node.what, file: file.name)
        let child = try node.number(8)
        if level == 0 {
          leaves.append(Leaf(key: key, address: child))
        } else {
          open.append((child, level))
        }
      }
    }
    return leaves
  }

  /// The value of the attribute called `wanted`; nothing where there is none.
  func attribute(_ wanted: String) throws -> HDF5Values? {
    for message in messages where message.kind == 12 && !message.isShared {
      var data = message.data
      let version = try data.number(1), flags = try data.number(1)
      let sizes = try (0..<3).map { _ in try data.number(2) }
      if version == 3 { try data.skip(1) }
      var parts: [HDF5.Cursor] = []
      for size in sizes {
        let start = data.start + data.position
        parts.append(
          HDF5.Cursor(
            bytes: try data.take(size), start: start, what: "an attribute of \(name)",
            file: file.name))
        if version == 1 { try data.skip(min(data.left, (8 - size % 8) % 8)) }
      }
      guard try parts[0].text() == wanted, flags & 3 == 0 else { continue }
      let shape = try HDF5Object.shape(parts[2])
      let type = try HDF5Type(&parts[1])
      guard let count = product(shape), let size = product([count, type.size]) else { return nil }
      let bytes = Bytes.owned(Array(try data.take(size)))
      return HDF5Values(
        file: file, name: "\(wanted) of \(name)", type: type.kind, count: count, bytes: bytes,
        stride: type.size)
    }
    return nil
  }

  /// The sizes of an array's axes; none for a single value.
  static func shape(_ message: HDF5.Cursor) throws -> [Int] {
    var message = message
    let version = try message.number(1), rank = try message.number(1)
    try message.skip(version == 1 ? 6 : 2)
    return try (0..<rank).map { _ in try message.number(8) }
  }
}
