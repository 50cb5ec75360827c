import Files

/// Tables of cells as AnnData writes them into HDF5: `X`, with tables about its rows and columns.
struct AnnData {
  /// Columns of `obs` that are taken for the class where none is asked for, the first that is there.
  private static let labels = [
    "label", "class", "target", "cell_type", "celltype", "bulk_labels", "leiden", "louvain",
  ]

  let file: HDF5
  private let members: [String: Int]
  private var name: String { file.name }

  init(_ path: String) throws {
    file = try HDF5(path)
    members = try file.rootGroup()
  }

  private func object(_ member: String) throws -> HDF5Object {
    guard let address = members[member] else {
      throw UserError("\(name) holds no \(member), which an .h5ad file of cells needs")
    }
    return try HDF5Object(file, at: address, name: member)
  }

  /// The cells with the class of each, where there is one.
  func reading(_ options: SourceOptions, like: Opened.Like?, label: String?, notes: inout [String])
    throws -> Reading
  {
    let store = try matrix()
    let cells = try AnnDataFrame(object("obs"), categories: categories())
    let genes = try AnnDataFrame(object("var"), categories: [:]).names()
    try require(
      genes.count == store.shape[0] && cells.count() == store.count,
      "\(name) is damaged: obs and var do not have the sizes of X, \(store.count) and "
        + "\(store.shape[0])")
    let wanted = like?.domain.columns ?? []
    var reading = try Reading(
      rows: wanted.isEmpty || wanted == genes ? store : picked(store, genes, wanted), name: name)
    reading.columns = wanted.isEmpty ? genes : wanted
    let given = options.labelColumn ?? like?.preprocessing.labelColumn ?? label
    let isAbsent = like != nil && options.labelColumn == nil && !cells.columns.contains(given ?? "")
    let asked = isAbsent ? "none" : given
    guard asked != "none", let column = asked ?? Self.labels.first(where: cells.columns.contains)
    else { return reading }
    let found = try cells.classes(of: column)
    (reading.labels, reading.classes) = (found.labels, found.classes)
    reading.labelColumn = column
    if asked == nil { notes.append("column \(column) of obs taken as the class of each row") }
    return reading
  }

  /// The names that number columns of `obs` stand for in the oldest form: `uns/NAME_categories`.
  private func categories() throws -> [String: Int] {
    guard members["uns"] != nil else { return [:] }
    let uns = try object("uns")
    return uns.isDataset ? [:] : try uns.members()
  }

  /// `X`, dense or as sparse rows or columns.
  private func matrix() throws -> any Store {
    let x = try object("X")
    guard !x.isDataset else { return try dense(x) }
    let members = try x.members()
    func values(_ member: String) throws -> HDF5Values {
      guard let address = members[member] else {
        throw UserError("\(name): X is neither a table nor sparse rows with \(member)")
      }
      return try HDF5Object(file, at: address, name: "X/\(member)").values()
    }
    let format = try x.attribute("encoding-type") ?? x.attribute("h5sparse_format")
    let shape = try x.attribute("shape") ?? x.attribute("h5sparse_shape")
    guard let sizes = shape?.integers(), sizes.count == 2, sizes[0] > 0, sizes[1] > 0,
      let starts = try values("indptr").integers(), let places = try values("indices").integers(),
      let numbers = try values("data").floats(), let kind = try format?.texts()?.first
    else { throw UserError("\(name): X is no table and no sparse rows of a known form") }
    let isByColumn = kind.hasPrefix("csc")
    try require(
      isByColumn || kind.hasPrefix("csr"),
      "\(name): X is sparse in the form \(kind), not csr or csc")
    try require(
      starts.count - 1 == sizes[isByColumn ? 1 : 0],
      "\(name) is damaged: its sparse rows do not fit together")
    return isByColumn
      ? try SparseStore(
        columnStarts: starts, rows: places, values: numbers, height: sizes[0], name)
      : try SparseStore(starts: starts, places: places, values: numbers, width: sizes[1], name)
  }

  private func dense(_ x: HDF5Object) throws -> any Store {
    let shape = try x.shape()
    try require(shape.count == 2, "\(name): X has \(shape.count) axes; a table has two")
    let values = try x.values()
    guard case .number(let element, let swapped) = values.type else {
      throw UserError("\(name): X does not hold numbers")
    }
    // Bytes would be taken for grey levels.
    if element == .uint8 {
      return ArrayStore(values.floats() ?? [], count: shape[0], shape: [shape[1]])
    }
    var store = ArrayStore(
      values.bytes, offset: values.offset, count: shape[0], shape: [shape[1]], element: element)
    store.swapped = swapped
    store.checked = !element.isFloat || store.count * store.bytesPerExample <= Statistics.budget
    values.bytes.expectShuffledReads()
    return store
  }

  private func picked(
    _ store: any Store, _ genes: [String], _ wanted: [String]
  ) throws -> any Store {
    let places = Dictionary(
      genes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let absent = wanted.filter { places[$0] == nil }
    try require(
      absent.isEmpty,
      "\(name) lacks \(absent.count) of the \(wanted.count) columns that this space takes, such as "
        + "\(absent.first ?? "")")
    return ColumnStore(base: store, places: wanted.compactMap { places[$0] })
  }
}

/// Some columns of another store's rows.
struct ColumnStore: Store {
  let base: any Store
  let places: [Int]
  var count: Int { base.count }
  var shape: [Int] { [places.count] }
  var element: Element { .float32 }
  var checked: Bool { base.checked }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    var raw = [UInt8](repeating: 0, count: base.bytesPerExample)
    try raw.withUnsafeMutableBytes { try base.copy(row, to: $0) }
    var floats = [Float](repeating: 0, count: base.width)
    raw.withUnsafeBytes { raw in
      floats.withUnsafeMutableBufferPointer {
        base.element.decode(raw, swapped: base.swapped, to: $0)
      }
    }
    let picked = out.bindMemory(to: Float.self)
    for (i, place) in places.enumerated() { picked[i] = floats[place] }
  }
}

/// A table about cells or genes: a group of columns, or in the oldest form a dataset of records.
struct AnnDataFrame {
  private enum Content {
    case records(HDF5Values)
    case group([String: Int])
  }

  private let object: HDF5Object
  private let content: Content
  /// Where names of categories lie in the oldest form.
  private let categories: [String: Int]
  /// The names of the columns.
  let columns: Set<String>

  init(_ object: HDF5Object, categories: [String: Int]) throws {
    self.object = object
    self.categories = categories
    if object.isDataset {
      let values = try object.values()
      guard case .record(let members) = values.type else {
        throw UserError("\(object.file.name): \(object.name) is not a table of columns")
      }
      content = .records(values)
      columns = Set(members.map(\.name))
    } else {
      let members = try object.members()
      content = .group(members)
      columns = Set(members.keys).subtracting(["__categories"])
    }
  }

  private func member(_ name: String) throws -> HDF5Object? {
    guard case .group(let members) = content, let address = members[name] else { return nil }
    return try HDF5Object(object.file, at: address, name: "\(object.name)/\(name)")
  }

  private func index() throws -> HDF5Values {
    switch content {
    case .records(let values):
      if let index = values.member("index") ?? values.member("_index") { return index }
    case .group:
      let name = try object.attribute("_index")?.texts()?.first ?? "_index"
      if let index = try member(name) { return try index.values() }
    }
    throw UserError("\(object.file.name): \(object.name) has no index with names")
  }

  /// Number of rows.
  func count() throws -> Int { try index().count }

  /// The name of each row.
  func names() throws -> [String] {
    let index = try index()
    guard let names = try index.texts() ?? index.integers()?.map(String.init) else {
      throw UserError("\(object.file.name): the index of \(object.name) holds no names")
    }
    return names
  }

  /// The class of each row, as the column called `column` has it.
  func classes(of column: String) throws -> (labels: [Int], classes: [String]) {
    guard columns.contains(column), let (values, names) = try values(of: column) else {
      let hint = nearest(to: column, among: columns.sorted()).map { "; did you mean \($0)?" } ?? ""
      throw UserError(
        "\(object.name) of \(object.file.name) has no column called \(column); it has "
          + columns.sorted().prefix(20).joined(separator: ", ") + hint)
    }
    let said = "column \(column) of \(object.name) in \(object.file.name)"
    let rows = try count()
    if let names {
      guard let codes = values.integers(), codes.count == rows,
        codes.allSatisfy(names.indices.contains)
      else { throw UserError("\(said) does not give each row one of its \(names.count) classes") }
      try require(
        names.count <= Table.mostClasses, "\(said) has \(names.count) values: too many classes")
      return (codes, names)
    }
    if let texts = try values.texts(), texts.count == rows {
      let names = Set(texts).sorted()
      try require(
        names.count <= Table.mostClasses, "\(said) has \(names.count) values: too many classes")
      let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
      return (texts.map { places[$0] ?? 0 }, names)
    }
    guard let numbers = values.integers(), numbers.count == rows,
      let found = Datasets.classes(of: [numbers])
    else { throw UserError("\(said) holds no classes: neither text nor a few whole numbers") }
    return (found.labels[0], found.names)
  }

  /// A column's values, with the names they stand for where it is of categories.
  private func values(of column: String) throws -> (HDF5Values, [String]?)? {
    if case .records(let records) = content {
      guard let values = records.member(column) else { return nil }
      return (values, try texts(at: categories["\(column)_categories"]))
    }
    guard let member = try member(column) else { return nil }
    guard member.isDataset else {
      let parts = try member.members()
      guard let codes = parts["codes"], let names = try texts(at: parts["categories"]) else {
        return nil
      }
      return (try HDF5Object(object.file, at: codes, name: "codes of \(column)").values(), names)
    }
    return (
      try member.values(), try texts(at: member.attribute("categories")?.address())
    )
  }

  private func texts(at address: Int?) throws -> [String]? {
    guard let address else { return nil }
    let values = try HDF5Object(object.file, at: address, name: "categories").values()
    return try values.texts() ?? values.integers()?.map(String.init)
  }
}

extension Opened {
  /// The cells of an `.h5ad` file.
  static func cells(
    _ path: String, name: String, _ options: SourceOptions, like: Like?, label: String? = nil
  ) throws -> Opened {
    let data = try AnnData(path)
    var fingerprint = Fingerprint(), notes: [String] = []
    fingerprint.add(data.file.file.bytes, named: lastPart(path))
    let reading = try data.reading(options, like: like, label: label, notes: &notes)
    return Opened(name: name, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }
}
