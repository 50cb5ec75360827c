import Files

/// What a reader found: examples, and all that is known of them.
struct Reading: Sendable {
  /// Examples, or a table that training statistics will make examples of.
  enum Content: Sendable {
    case store(any Store)
    case table(Table)
  }

  var content: Content
  var support: Domain.Support
  var divisor: Float = 1
  /// Whether inputs are standardised by the statistics of the training examples.
  var standardise = false
  /// Steps of each window of a series; neighbours share steps, so splits are cut and not drawn.
  var window: Int?
  var labels: [Int]?
  var classes: [String] = []
  var factors: [Factor] = []
  var factorValues: FactorValues?
  /// 1 for each number of the store that was observed, 0 for a gap that was filled; nothing without gaps.
  var observed: [UInt8]?
  var columns: [String] = []
  /// Samples a second, of sounds.
  var rate: Int?
  var labelColumn: String?
  var textColumn: String?

  init(_ store: any Store, support: Domain.Support) {
    content = .store(store)
    self.support = support
  }

  init(_ table: Table) {
    content = .table(table)
    support = .real
  }

  /// Makes the two official splits of a source alike: one shape, and the wider of two supports.
  static func reconcile(_ train: inout Reading, _ test: inout Reading, _ name: String) throws {
    guard case .store(let a) = train.content, case .store(let b) = test.content else { return }
    try require(
      a.shape == b.shape && (a.element == .uint8) == (b.element == .uint8),
      "\(name) holds training examples of \(written(a.shape)) and test examples of "
        + "\(written(b.shape)): they must be alike")
    guard train.support != test.support else { return }
    let support: Domain.Support = [train.support, test.support].contains(.real) ? .real : .unit
    train.support = support
    test.support = support
    train.standardise = support == .real
    test.standardise = train.standardise
    train.divisor = max(train.divisor, test.divisor)
    test.divisor = train.divisor
  }

  var count: Int {
    switch content {
    case .store(let store): store.count
    case .table(let table): table.rows
    }
  }
}

/// What is behind a name or path, before it is split.
struct Opened: Sendable {
  var name: String
  /// All examples, or those of the official training split.
  var train: Reading
  /// The official test split, where there is one.
  var test: Reading?
  var fingerprint: String
  var notes: [String] = []
}

/// Whole numbers as classes: their places among the different ones of all parts, and the names.
func classes(of parts: [[Int]]) -> (labels: [[Int]], names: [String])? {
  let values = Set(parts.joined()).sorted()
  guard values.count <= Table.mostClasses else { return nil }
  let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
  return (parts.map { $0.map { places[$0] ?? 0 } }, values.map(String.init))
}
