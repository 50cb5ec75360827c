import Files
import Foundation
import Torch

/// Making a source of what a reader found: splits, training statistics, inputs.
struct Assembly {
  var opened: Opened
  let options: SourceOptions
  private let seed: Seed
  private var preprocessing = Preprocessing()

  init(_ opened: Opened, _ options: SourceOptions) throws {
    self.opened = opened
    self.options = options
    seed = Seed(options.seed)
    preprocessing.binarise = options.binarise
    preprocessing.size = options.size
    preprocessing.divisor = opened.train.divisor
    preprocessing.labelColumn = opened.train.labelColumn
    preprocessing.textColumn = opened.train.textColumn
    preprocessing.rate = opened.train.rate
    preprocessing.encoder = options.encoder
    try require(
      options.length == nil || opened.train.rate != nil,
      "\(opened.name) holds no sounds, so --length has no meaning")
    if let size = options.size, preprocessing.encoder == nil {
      try self.opened.train.resize(size, opened.name)
      try self.opened.test?.resize(size, opened.name)
    }
    try require(
      options.binarise == .none || [.unit, .binary].contains(opened.train.support),
      "\(opened.name) holds no grey levels from 0 to 1, so it cannot be binarised")
  }

  /// The source with its splits.
  mutating func source() throws -> Source {
    let parts = try split()
    let store = try encode(parts.train)
    opened.train.noteGaps(preprocessing.columns)
    opened.test?.noteGaps(preprocessing.columns)
    let all = Self.examples(opened.train, store, nil, finish("train"))
    var test = all.with(.picked(parts.test))
    if let official = opened.test {
      let rows = options.limit.map {
        Examples.Rows.picked(shuffled(official.count, seed.child("test")).prefix($0).sorted())
      }
      test = Self.examples(official, try encoded(official), rows, finish("test"))
    }
    return Source(
      name: opened.name, domain: domain(store.shape), train: all.with(parts.trainRows),
      validation: all.with(.picked(parts.validation)), test: test, fingerprint: opened.fingerprint,
      notes: opened.notes.map(printable), preprocessing: preprocessing)
  }

  /// The source as one split, with inputs made as `given` says.
  mutating func source(like given: Preprocessing, _ domain: Domain) throws -> Source {
    preprocessing = given
    preprocessing.binarise = options.binarise
    let reading = opened.test ?? opened.train
    // What a byte is divided by belongs to the file's format, not to what was trained on.
    preprocessing.divisor = reading.divisor
    let store = try encoded(reading).shaped(like: domain.shape)
    try checkFit(store.shape, reading, domain)
    let rows = options.limit.map { limit in
      Examples.Rows.picked(shuffled(store.count, seed.child("test")).prefix(limit).sorted())
    }
    let labels = reading.labels.map { labels -> [Int] in
      let places = reading.classes.map { domain.classes.firstIndex(of: $0) ?? -1 }
      return labels.map { places.indices.contains($0) ? places[$0] : -1 }
    }
    var known = reading
    known.noteGaps(preprocessing.columns)
    known.labels = labels.flatMap { $0.contains(-1) ? nil : $0 }
    if known.labels == nil, reading.labels != nil {
      opened.notes.append("labels of \(opened.name) left out: some are not classes of the space")
    }
    let test = Self.examples(known, store, rows, finish("test"))
    return Source(
      name: opened.name, domain: domain, train: test.with(.range(0..<0)),
      validation: test.with(.range(0..<0)), test: test, fingerprint: opened.fingerprint,
      notes: opened.notes.map(printable), preprocessing: preprocessing)
  }

  private func checkFit(_ shape: [Int], _ reading: Reading, _ domain: Domain) throws {
    let name = opened.name, what = domain.isImage ? " images" : ""
    let hint =
      domain.isImage && shape.count == 3 && shape[0] == domain.shape[0]
      ? ": add --size \(domain.shape[1]),\(domain.shape[2])" : ""
    try require(
      shape == domain.shape,
      "\(name) holds \(written(shape))\(shape.count == 3 ? " images" : " examples"); "
        + "this space takes \(written(domain.shape))\(what)\(hint)")
    let kinds: [Domain.Support: String] = [
      .unit: "levels from 0 to 1", .binary: "levels from 0 to 1", .real: "real numbers",
      .tokens: "text",
    ]
    try require(
      domain.support != .binary || reading.support == .binary || options.binarise != .none,
      "\(name) does not hold zeros and ones alone, which this space takes")
    let need = kinds[domain.support] ?? "", have = kinds[reading.support] ?? ""
    // Standardising takes any numbers; levels and text must be what they are.
    try require(
      need == have || (domain.support == .real && reading.support != .tokens),
      "\(name) holds \(have); this space takes \(need)")
  }

  private struct Parts {
    var train: [Int]
    var validation: [Int]
    var test: [Int]
    /// Whether training takes every row, in which case no list is kept.
    var isAll = false
    var trainRows: Examples.Rows { isAll ? .range(0..<train.count) : .picked(train) }
  }

  private func split() throws -> Parts {
    let count = opened.train.count, window = opened.train.window
    var order = window != nil ? Array(0..<count) : shuffled(count, seed.child("split"))
    if let limit = options.limit { order = Array(order.prefix(limit)) }
    let n = order.count, official = opened.test != nil
    func share(_ part: Double) -> Int { Int((Double(n) * part).rounded()) }
    let validation = options.validation.map(share) ?? (official ? min(2000, n / 10) : share(0.1))
    let test = official ? 0 : share(options.test ?? 0.1)
    if let window { return try cut(n, validation: validation, test: test, window) }
    let train = n - validation - test
    try require(train > 0, "\(opened.name) holds \(counted(n, "example")): too few to split")
    // Sorted, so that a file larger than memory is read from front to back.
    return Parts(
      train: order[(validation + test)...].sorted(), validation: order[..<validation].sorted(),
      test: order[validation..<validation + test].sorted(), isAll: train == count)
  }

  /// Parts of `n` windows in the order of time, so far apart that no step is in two of them.
  private func cut(_ n: Int, validation: Int, test: Int, _ window: Int) throws -> Parts {
    let gap = window - 1
    let tested = n - test, validated = tested - (test > 0 ? gap : 0)
    let train = validated - validation - (validation > 0 ? gap : 0)
    try require(
      train > 0,
      "\(opened.name) holds \(counted(n, "window")) of \(window) rows: too few to keep some for "
        + "\(test > 0 ? "test" : "validation") that share no row with training; shorten --window, "
        + "or give --\(test > 0 ? "test" : "validation") 0")
    return Parts(
      train: Array(0..<train), validation: Array(validated - validation..<validated),
      test: Array(tested..<n))
  }

  /// The training examples' store, with statistics of `rows` taken first.
  private mutating func encode(_ rows: [Int]) throws -> any Store {
    switch opened.train.content {
    case .table(let table):
      preprocessing.columns = table.fitted(rows, notes: &opened.notes)
    case .store(let store):
      if store is TextStore { preprocessing.length = store.shape[0] }
      guard opened.train.standardise, options.raw != true else { break }
      (preprocessing.mean, preprocessing.deviation) = try Statistics.moments(
        store, rows, width: opened.train.statistics(store))
    }
    return try encoded(opened.train)
  }

  private mutating func encoded(_ reading: Reading) throws -> any Store {
    switch reading.content {
    case .store(let store): store
    case .table(let table): try table.encoded(preprocessing.columns, notes: &opened.notes)
    }
  }

  private func domain(_ shape: [Int]) -> Domain {
    let reading = opened.train
    return Domain(
      shape: shape, support: options.binarise == .none ? reading.support : .binary,
      classes: reading.classes, factors: reading.factors,
      columns: preprocessing.columns.isEmpty
        ? reading.columns : Table.inputNames(preprocessing.columns))
  }

  private func finish(_ part: String) -> Finish {
    Finish(
      divisor: preprocessing.divisor, mean: preprocessing.mean,
      deviation: preprocessing.deviation, binarise: preprocessing.binarise,
      seed: seed.child("binarise").child(part))
  }

  private static func examples(
    _ reading: Reading, _ store: any Store, _ rows: Examples.Rows?, _ finish: Finish
  ) -> Examples {
    Examples(
      store: store, rows: rows, labels: reading.labels, factorValues: reading.factorValues,
      finish: finish, observed: reading.observed)
  }
}

extension Reading {
  /// How many means and deviations standardise the examples in `store`.
  fileprivate func statistics(_ store: any Store) -> Int {
    // A series has a scale for each of its columns, cut into windows or not.
    if window != nil || store.shape.count == 2 && store.shape[1] == columns.count {
      return columns.count
    }
    return store.shape.count > 1 ? 1 : store.width
  }

  /// Resizes pictures of 8 bits; those that already have the size stay.
  mutating func resize(_ size: [Int], _ name: String) throws {
    guard case .store(let store) = content, store.shape.count == 3 else {
      throw UserError("\(name) holds no pictures, so --size has no meaning")
    }
    if Array(store.shape[1...]) == size { return }
    try require(store.element == .uint8, "\(name): only pictures of 8 bits can be resized")
    content = .store(ResizedStore(base: store, height: size[0], width: size[1]))
  }
}
