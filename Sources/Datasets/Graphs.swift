import Files
import Foundation

/// Graphs: an example is a node, its row of the matrix of neighbours.
extension Opened {
  /// The graph in a list of neighbours: on each line a node, then those it is linked to.
  ///
  /// - Parameter labels: a table of node and class.
  static func neighbours(_ path: String, labels: String?, name: String) throws -> Opened {
    var fingerprint = Fingerprint()
    let title = lastPart(path)
    var lists: [(node: Int, others: [Int])] = []
    for (i, line) in try lines(path, &fingerprint).enumerated() where !line.hasPrefix("#") {
      let words = line.split(whereSeparator: \.isWhitespace)
      let nodes = words.compactMap { Int($0) }
      try require(
        nodes.count == words.count,
        "\(title) line \(i + 1) holds more than the numbers of nodes")
      if let node = nodes.first { lists.append((node, Array(nodes.dropFirst()))) }
    }
    let nodes = Set(lists.flatMap { [$0.node] + $0.others }).sorted()
    try require(!nodes.isEmpty, "\(title) holds no nodes")
    let places = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
    var links = [Set<Int>](repeating: [], count: nodes.count)
    for (node, others) in lists {
      guard let a = places[node] else { continue }
      for b in others.compactMap({ places[$0] }) {
        links[a].insert(b)
        links[b].insert(a)
      }
    }
    let rows = links.map { $0.sorted() }
    var reading = try Reading(
      rows: SparseStore(
        starts: rows.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) },
        places: Array(rows.joined()), values: rows.joined().map { _ in 1 }, width: nodes.count,
        title), name: title)
    reading.columns = nodes.map { "node \($0)" }
    if let labels { try reading.label(nodes, lines(labels, &fingerprint), lastPart(labels)) }
    return Opened(name: name, train: reading, fingerprint: fingerprint.hex())
  }

  private static func lines(
    _ path: String, _ fingerprint: inout Fingerprint
  ) throws -> [Substring] {
    try contents(path, &fingerprint).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      .split(omittingEmptySubsequences: false) { $0.isNewline }
  }

  /// The graph in a MATLAB file: its sparse square matrix, with the nodes' groups in another.
  ///
  /// Nothing where there is no such matrix.
  static func graph(_ path: String, name: String) throws -> Opened? {
    let file = try MappedFile(path)
    var fingerprint = Fingerprint(), notes: [String] = []
    fingerprint.add(file.bytes, named: lastPart(path))
    let found = try withExtendedLifetime(file) { try MAT.sparse(file.bytes, lastPart(path)) }
    guard let links = found.first(where: { $0.rows.count == $0.rows.width }) else { return nil }
    var reading = try Reading(rows: links.rows, name: lastPart(path))
    if let groups = found.first(where: { $0.name == "group" })?.rows,
      groups.count == reading.count, groups.width <= Table.mostClasses
    {
      let all = (0..<groups.count).map { groups.columns(of: $0) }
      let first = all.compactMap { $0.min().map(Int.init) }
      let several = all.count { $0.count > 1 }
      if first.count == all.count {
        reading.labels = first
        reading.classes = (1...groups.width).map { "group \($0)" }
        notes.append(
          "\(several) of \(all.count) nodes are in several groups: the first is taken as the class")
      } else {
        notes.append("groups left out: some nodes are in none")
      }
    }
    return Opened(name: name, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }
}

extension Reading {
  /// Gives each of `nodes` its class from the lines of a table with a header.
  fileprivate mutating func label(_ nodes: [Int], _ lines: [Substring], _ name: String) throws {
    var names: [Int: String] = [:]
    for line in lines.dropFirst() where !line.isEmpty {
      let cells = line.split(separator: ",", maxSplits: 1)
      guard cells.count == 2, let node = Int(cells[0]) else {
        throw UserError("\(name) holds a line that is not a node and its class")
      }
      names[node] = String(cells[1])
    }
    let given = nodes.compactMap { names[$0] }
    let known = Set(given).sorted()
    try require(
      given.count == nodes.count && known.count <= Table.mostClasses,
      "\(name) does not hold a class for each node")
    labels = given.compactMap { known.firstIndex(of: $0) }
    classes = known
  }
}
