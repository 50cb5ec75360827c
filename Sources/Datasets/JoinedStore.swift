import Files
import Torch

/// The examples of several splits, one split after another.
struct JoinedStore: Store {
  private let parts: [Examples]
  /// Where each part begins.
  private let starts: [Int]
  let count: Int

  /// - Precondition: parts are not empty, and of one shape and element.
  init(_ parts: [Examples]) {
    self.parts = parts
    var starts = [0]
    for part in parts { starts.append(starts[starts.count - 1] + part.count) }
    count = starts.removeLast()
    self.starts = starts
  }

  var shape: [Int] { parts[0].store.shape }
  var element: Element { parts[0].store.element }
  var swapped: Bool { parts[0].store.swapped }
  var checked: Bool { parts.allSatisfy(\.store.checked) }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    let part = part(of: row)
    try parts[part].store.copy(parts[part].rows[row - starts[part]], to: out)
  }

  private func part(of row: Int) -> Int { (starts.firstIndex { $0 > row } ?? starts.count) - 1 }

  /// The inputs of some rows, each finished as in its part.
  ///
  /// - Throws: what ``Examples/batch(_:seed:)`` throws.
  func inputs(_ rows: [Int], _ seed: Seed?) throws -> Tensor {
    var pieces: [Tensor] = []
    var place = 0
    while place < rows.count {
      let part = part(of: rows[place])
      let run = rows[place...].prefix { self.part(of: $0) == part }
      pieces.append(try parts[part].batch(run.map { $0 - starts[part] }, seed: seed).x)
      place += run.count
    }
    return pieces.count == 1 ? pieces[0] : try Tensor.concatenate(pieces).checked()
  }
}

extension Source {
  /// Names of the parts of the data.
  public static let splits = ["train", "validation", "test"]

  /// The part called `split`, or of `all` those that have examples, with their names.
  ///
  /// - Throws: ``UserError`` where there are no such examples.
  public func parts(of split: String) throws -> [(name: String, examples: Examples)] {
    let parts = zip(Self.splits, [train, validation, test])
      .filter { ($0 == split || split == "all") && $1.count > 0 }
    try require(!parts.isEmpty, "\(name) has no \(split == "all" ? "" : "\(split) ")examples")
    return parts.map { (name: $0, examples: $1) }
  }

  /// The part called `split`; of `all`, one part after another.
  ///
  /// - Throws: ``UserError`` where there are no such examples.
  public func examples(of split: String) throws -> Examples {
    .joined(try parts(of: split).map(\.examples))
  }
}

extension Examples {
  /// Splits of one source, one after another.
  static func joined(_ parts: [Examples]) -> Examples {
    guard parts.count > 1 else { return parts[0] }
    func all<Value>(_ values: (Examples) -> [Value]?) -> [Value]? {
      let listed = parts.compactMap(values)
      return listed.count == parts.count ? listed.flatMap(\.self) : nil
    }
    let width = parts[0].allFactors?.width ?? 0
    let observed = parts.contains { $0.allObserved != nil }
    return Examples(
      store: JoinedStore(parts),
      labels: all { part in
        part.allLabels.map { all in (0..<part.count).map { all[part.rows[$0]] } }
      },
      factorValues: all { part in part.factors()?.flatMap(\.self) }.map {
        .listed($0, width: width)
      },
      finish: parts[0].finish,
      observed: observed ? parts.flatMap(\.observedNumbers) : nil)
  }

  /// 1 for each number that was observed, else 0.
  private var observedNumbers: [UInt8] {
    let width = store.width
    guard let all = allObserved else { return Array(repeating: 1, count: count * width) }
    return (0..<count).flatMap { all[rows[$0] * width..<(rows[$0] + 1) * width] }
  }
}
